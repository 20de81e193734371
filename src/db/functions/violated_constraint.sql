-- The first constraint that a user would violate, by its name.
CREATE OR REPLACE FUNCTION profile.violated_constraint(_proposed profile.users) RETURNS text
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT CASE
    WHEN EXISTS (
      SELECT FROM users WHERE lower(email) = lower(_proposed.email) AND id <> _proposed.id
    ) THEN 'users_email_key'
    WHEN _proposed.role_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM roles WHERE id = _proposed.role_id
    ) THEN 'users_role_id_fkey'
    WHEN _proposed.active_billing_plan_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM billing_plans WHERE id = _proposed.active_billing_plan_id
    ) THEN 'users_active_billing_plan_id_fkey'
    WHEN _proposed.next_billing_plan_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM billing_plans WHERE id = _proposed.next_billing_plan_id
    ) THEN 'users_next_billing_plan_id_fkey'
  END
$$;
