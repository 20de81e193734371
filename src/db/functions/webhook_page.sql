-- The next changes for an endpoint, as changes_after returns them; or why it must `pause`.
CREATE OR REPLACE FUNCTION profile.webhook_page(_webhook profile.webhooks, _limit integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _owner users;
  _page jsonb;
BEGIN
  SELECT * INTO _owner FROM users WHERE id = _webhook.owner_id;
  IF NOT _owner.is_active THEN
    RETURN '{"pause": "owner_inactive"}';
  ELSIF _webhook.all_users AND NOT _owner.is_superuser THEN
    RETURN '{"pause": "owner_not_superuser"}';
  END IF;
  _page := changes_after(jsonb_strip_nulls(jsonb_build_object(
    'epoch', _webhook.cursor -> 0, 'position', _webhook.cursor -> 1,
    'user_id', _webhook.cursor -> 2, 'version', _webhook.cursor -> 3,
    'only_user', CASE WHEN NOT _webhook.all_users THEN _webhook.owner_id END,
    'types', _webhook.types, 'fields', _webhook.fields, 'limit', _limit)));
  RETURN CASE WHEN _page ? 'expired' THEN '{"pause": "cursor_expired"}' ELSE _page END;
END
$$;
