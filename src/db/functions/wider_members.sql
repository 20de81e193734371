-- The bounds of a key that go beyond these: `scopes`, `allowed_ips`, `fields`. Null, of the last two, is no
-- bound.
CREATE OR REPLACE FUNCTION profile.wider_members(
  _key profile.api_keys, _scopes text[], _allowed_ips cidr[], _fields text[]
) RETURNS text[]
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT array_remove(ARRAY[
    CASE WHEN NOT _key.scopes <@ _scopes THEN 'scopes' END,
    CASE WHEN _allowed_ips IS NOT NULL AND (_key.allowed_ips IS NULL OR EXISTS (
      SELECT FROM unnest(_key.allowed_ips) AS range WHERE NOT range <<= ANY (_allowed_ips::inet[])
    )) THEN 'allowed_ips' END,
    CASE WHEN _fields IS NOT NULL AND NOT coalesce(_key.fields <@ _fields, false) THEN 'fields' END
  ], NULL)
$$;
