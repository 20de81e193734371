-- Creates an endpoint for the owner of a credential, which gets what changes from now on: of all users if the
-- credential opens them, else of the owner. Returns null if there is no such credential, else `key_id`,
-- `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   created            `webhook`; also to a repeat, which has the same `id`
--   too_many_webhooks  the owner has `most_webhooks`
CREATE OR REPLACE FUNCTION profile.create_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _webhook webhooks;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT * INTO _webhook FROM webhooks
  WHERE id = (_request ->> 'id')::uuid AND owner_id = _credential.owner;
  IF _webhook.id IS NULL
    -- The row of the owner is locked, so nobody else creates one for them.
    AND (SELECT count(*) FROM webhooks WHERE owner_id = _credential.owner)
      < (_request ->> 'most_webhooks')::integer THEN
    INSERT INTO webhooks (id, owner_id, url, description, types, fields, all_users, secret, cursor)
    SELECT id, _credential.owner, url, description, types, fields,
      coalesce(_request ->> 'all_users_scope' = ANY (_credential.granted_scopes), false),
      secret, changes_after('{"latest": true}') -> 'cursor'
    FROM jsonb_populate_record(NULL::webhooks, _request)
    RETURNING * INTO _webhook;
  END IF;
  _result := CASE
    WHEN _webhook.id IS NULL THEN '{"verdict": "too_many_webhooks"}'
    ELSE jsonb_build_object('verdict', 'created', 'webhook', shown_webhook(_webhook))
  END;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result;
END
$$;
