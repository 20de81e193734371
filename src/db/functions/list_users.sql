-- Lists users by id, or with `updated_since` by their last change, the oldest first: those with this `email`,
-- in any case, and this `stripe_customer_id`. Without the scope that opens other users only the owner of the
-- credential. Returns null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and,
-- unless it is refused, at most `limit` `users`. Each has `user` and, in the order of changes, `changed_at`.
-- They begin after the one with `after_id` (and `after_changed_at`).
CREATE OR REPLACE FUNCTION profile.list_users(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _by_change boolean := _request ? 'updated_since';
  -- Each has its index, which a condition that can be left out would not use.
  _conditions text := concat_ws(' AND ', 'true',
    CASE WHEN _request ? 'email' THEN $s$lower(email) = lower($1 ->> 'email')$s$ END,
    CASE WHEN _request ? 'stripe_customer_id' THEN $s$stripe_customer_id = $1 ->> 'stripe_customer_id'$s$ END,
    CASE WHEN _by_change THEN $s$changed_at >= ($1 ->> 'updated_since')::timestamptz$s$ END,
    CASE
      WHEN NOT _request ? 'after_id' THEN NULL
      WHEN _by_change THEN
        $s$(changed_at, user_id) > (($1 ->> 'after_changed_at')::timestamptz, ($1 ->> 'after_id')::uuid)$s$
      ELSE $s$id > ($1 ->> 'after_id')::uuid$s$
    END);
  _users jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  IF NOT coalesce(_request ->> 'all_users_scope' = ANY (_credential.granted_scopes), false) THEN
    _conditions := concat_ws(' AND ', _conditions, format('id = %L', _credential.owner));
  END IF;
  EXECUTE format(
    CASE WHEN _by_change THEN $s$
      SELECT jsonb_agg(jsonb_build_object('user', entry, 'changed_at', changed_at)
        ORDER BY changed_at, (entry).id)
      FROM (SELECT users AS entry, changed_at FROM user_changes
        JOIN users ON id = user_id AND users.version = user_changes.version
        WHERE %s ORDER BY changed_at, user_id LIMIT ($1 ->> 'limit')::integer) AS page$s$
    ELSE $s$
      SELECT jsonb_agg(jsonb_build_object('user', entry) ORDER BY (entry).id)
      FROM (SELECT users AS entry FROM users
        WHERE %s ORDER BY id LIMIT ($1 ->> 'limit')::integer) AS page$s$
    END, _conditions
  ) INTO _users USING _request;
  RETURN _credential.facts || jsonb_build_object('users', coalesce(_users, '[]'));
END
$$;
