-- Keeps what a reader said of a page of the documentation. Returns the `id` of the row.
CREATE OR REPLACE FUNCTION profile.add_feedback(_request jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
  INSERT INTO feedback (page, helpful)
  VALUES (_request ->> 'page', (_request ->> 'helpful')::boolean)
  RETURNING jsonb_build_object('id', id)
$$;
