-- Whether what made a key still holds: a key is no longer than the one that created it, whatever ended that.
CREATE OR REPLACE FUNCTION profile.has_maker(_key profile.api_keys) RETURNS boolean
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT _key.made_by IS NULL OR EXISTS (
    SELECT FROM api_keys AS maker JOIN users ON users.id = maker.owner_id
    WHERE maker.id = _key.made_by AND maker.revoked_at IS NULL AND users.is_active
      AND coalesce(maker.expires_at > clock_timestamp(), true))
$$;
