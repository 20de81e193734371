-- An endpoint as the Worker may show it: without its secrets, and without what delivery notes there.
CREATE OR REPLACE FUNCTION profile.shown_webhook(_webhook profile.webhooks) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT to_jsonb(_webhook)
    - '{owner_id,secret,previous_secret,failing_since,next_attempt_at,lease_token,lease_until}'::text[]
    || jsonb_build_object(
      'blocked_by', _webhook.blocked_by - 'position',
      'previous_secret_ends_at', CASE WHEN _webhook.previous_secret_ends_at > clock_timestamp()
        THEN _webhook.previous_secret_ends_at END)
$$;
