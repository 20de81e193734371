-- An array of texts out of one in JSON; empty if there is none.
CREATE OR REPLACE FUNCTION profile.text_array(_texts jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = profile, pg_temp AS $$
  SELECT array(SELECT jsonb_array_elements_text(_texts))
$$;
