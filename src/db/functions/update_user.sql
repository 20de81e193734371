-- Updates a user: authenticates, authorises, and changes them (change_user). Returns null if there is no
-- such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, the result of
-- change_user. `wakes`: whether there are webhooks to be delivered. For the request see updateRequest in
-- src/users/statements.ts.
CREATE OR REPLACE FUNCTION profile.update_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _result jsonb;
BEGIN
  _credential := find_credential(_request);
  IF _credential.facts IS NULL THEN
    RETURN NULL;
  END IF;
  IF _credential.refusal IS NULL THEN
    _result := change_user(_request, _credential.key_id, _credential.key_prefix, _credential.lineage,
      _credential.granted_scopes, _credential.fields);
  END IF;
  IF _credential.is_use_due AND NOT coalesce((_request ->> 'validate_only')::boolean, false) THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  _result := _credential.facts || coalesce(_result, '{}');
  -- Nested, so that the log is searched only if there are webhooks.
  IF EXISTS (SELECT FROM webhooks WHERE state = 'active') THEN
    IF EXISTS (SELECT FROM user_changes WHERE change_id = (_request ->> 'change_id')::uuid) THEN
      _result := _result || '{"wakes": true}';
    END IF;
  END IF;
  RETURN _result;
END
$$;
