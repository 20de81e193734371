-- Whether a credential, of this owner and with these scopes, may see and change an endpoint. One that gets the
-- changes of all users only with the scope that opens them: another key could send them elsewhere.
CREATE OR REPLACE FUNCTION profile.may_see_webhook(
  _webhook profile.webhooks, _request jsonb, _owner uuid, _granted_scopes text[]
) RETURNS boolean
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT _webhook.owner_id = _owner
    AND (NOT _webhook.all_users OR coalesce(_request ->> 'all_users_scope' = ANY (_granted_scopes), false))
$$;
