-- The first constraint that a user would violate, by its name.
CREATE OR REPLACE FUNCTION profile.violated_constraint(proposed profile.users) RETURNS text
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT CASE
    WHEN EXISTS (
      SELECT FROM users WHERE lower(email) = lower(proposed.email) AND id <> proposed.id
    ) THEN 'users_email_key'
    WHEN proposed.role_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM roles WHERE id = proposed.role_id
    ) THEN 'users_role_id_fkey'
    WHEN proposed.active_billing_plan_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM billing_plans WHERE id = proposed.active_billing_plan_id
    ) THEN 'users_active_billing_plan_id_fkey'
    WHEN proposed.next_billing_plan_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM billing_plans WHERE id = proposed.next_billing_plan_id
    ) THEN 'users_next_billing_plan_id_fkey'
  END
$$;
