-- The sessions of a user who is deactivated end: they would come back to life with the user.
CREATE OR REPLACE FUNCTION profile.end_sessions() RETURNS trigger
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
BEGIN
  DELETE FROM sessions WHERE user_id = NEW.id;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER users_end_sessions AFTER UPDATE OF is_active ON profile.users
  FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION profile.end_sessions();
