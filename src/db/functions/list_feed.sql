-- Lists the changes of users after a cursor of the feed (see changes_after): those of `only_user`; without the
-- scope that opens other users, of the owner of the credential. Returns null if there is no such credential,
-- else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, what changes_after returns.
CREATE OR REPLACE FUNCTION profile.list_feed(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
BEGIN
  -- The member `user_id` is of the cursor.
  _credential := find_credential(
    _request || jsonb_build_object('reads', true, 'user_id', _request -> 'only_user'));
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  IF NOT coalesce(_request ->> 'all_users_scope' = ANY (_credential.granted_scopes), false) THEN
    _request := _request || jsonb_build_object('only_user', _credential.owner);
  END IF;
  RETURN _credential.facts || changes_after(_request);
END
$$;
