-- Revokes the keys that apps received for an identity when it is deleted or assigned to another user.
CREATE OR REPLACE FUNCTION profile.end_exchanged_keys() RETURNS trigger
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
BEGIN
  UPDATE api_keys SET revoked_at = now()
  WHERE owner_id = OLD.user_id AND id_token_hash IS NOT NULL AND revoked_at IS NULL;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER identities_end_exchanged_keys AFTER DELETE OR UPDATE ON profile.identities
  FOR EACH ROW EXECUTE FUNCTION profile.end_exchanged_keys();
