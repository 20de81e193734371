-- Whether an attempt came after its `not_after`, and a minute for clocks that differ. Without a search_path,
-- so that Postgres puts the expression where the function is called.
CREATE OR REPLACE FUNCTION profile.is_too_late(_request jsonb) RETURNS boolean
LANGUAGE sql AS $$
  SELECT coalesce(clock_timestamp() > (_request ->> 'not_after')::timestamptz + interval '1 minute', true)
$$;
