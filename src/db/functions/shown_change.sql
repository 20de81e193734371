-- A row of the log as people see it.
CREATE OR REPLACE FUNCTION profile.shown_change(_change profile.user_changes) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT jsonb_build_object('version', _change.version, 'changed_at', _change.changed_at,
    'changed_by', _change.api_key_prefix, 'request_id', _change.request_id, 'reverts', _change.reverts,
    'fields', _change.changes)
$$;
