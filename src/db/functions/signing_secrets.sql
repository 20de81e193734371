-- The secrets that sign what is sent to an endpoint now: two after a rotation, for a while.
CREATE OR REPLACE FUNCTION profile.signing_secrets(_webhook profile.webhooks) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT jsonb_build_array(_webhook.secret)
    || CASE WHEN _webhook.previous_secret_ends_at > clock_timestamp()
      THEN jsonb_build_array(_webhook.previous_secret) ELSE '[]' END
$$;
