-- Creates a user with an `id` and `values`; the table has the defaults. Returns null if there is no such
-- credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   created                 `user` as stored
--   too_late                the attempt came after its `not_after`
--   idempotency_key_reused  another request had this Idempotency-Key
--   field_not_writable      the scopes, or the fields of the key, do not allow to set `fields`
--   constraint_violated     `constraint`; erased_users_pkey: the id is that of a user who was erased, unless
--                           the request is to `restore` it
-- `wakes`: there are webhooks to be delivered.
-- `replayed`: this is the result of an earlier request under the same Idempotency-Key.
CREATE OR REPLACE FUNCTION profile.create_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _id uuid := _request ->> 'id';
  _values jsonb := _request -> 'values';
  _validate_only boolean := coalesce((_request ->> 'validate_only')::boolean, false);
  _credential record;
  _created record;
  _user users;
  _fields jsonb;
  _constraint text;
  _result jsonb;
BEGIN
  _credential := find_credential(_request);
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;

  <<work>>
  BEGIN
    _result := recorded_result(_request, _credential.lineage);
    EXIT work WHEN _result IS NOT NULL;
    -- What an earlier attempt created, as it did.
    SELECT users AS entry INTO _created
    FROM users JOIN user_changes ON user_id = id
    WHERE change_id = (_request ->> 'change_id')::uuid;
    _user := _created.entry;
    IF _user.id IS NOT NULL THEN
      _result := jsonb_build_object('verdict', 'created', 'user', to_jsonb(user_at(_user, 1)));
      EXIT work;
    END IF;

    SELECT jsonb_agg(field) INTO _fields FROM jsonb_object_keys(_values) AS field
    WHERE coalesce(_request -> 'scope_by_field' ->> field <> ALL (_credential.granted_scopes), true)
      OR coalesce(field <> ALL (_credential.fields), false);
    IF _fields IS NOT NULL THEN
      _result := jsonb_build_object('verdict', 'field_not_writable', 'fields', _fields);
    ELSE
      BEGIN
        -- Only the columns that it has, so that the others get their defaults.
        EXECUTE format(
          'INSERT INTO users (id, %1$s) SELECT $1, %1$s FROM jsonb_populate_record(NULL::users, $2)
          RETURNING users AS entry',
          (SELECT string_agg(quote_ident(field), ', ') FROM jsonb_object_keys(_values) AS field)
        ) INTO _created USING _id, _values;
        _user := _created.entry;
        IF (_request ->> 'restore')::boolean THEN
          DELETE FROM erased_users WHERE id = _id;
        END IF;
        -- After the insert, which waits for an erasure that is under way.
        IF EXISTS (SELECT FROM erased_users WHERE id = _id) THEN
          RAISE unique_violation USING CONSTRAINT = 'erased_users_pkey';
        ELSIF _validate_only THEN
          RAISE SQLSTATE 'PD001'; -- A dry run: all of this block is rolled back.
        END IF;
        UPDATE user_changes SET change_id = (_request ->> 'change_id')::uuid,
          api_key_id = _credential.key_id, api_key_prefix = _credential.key_prefix,
          request_id = _request ->> 'request_id'
        WHERE user_id = _id AND version = 1;
      EXCEPTION
        WHEN SQLSTATE 'PD001' THEN
          NULL;
        WHEN unique_violation OR foreign_key_violation THEN
          GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
      END;
      _result := CASE
        WHEN _constraint IS NULL THEN jsonb_build_object('verdict', 'created', 'user', to_jsonb(_user))
        ELSE jsonb_build_object('verdict', 'constraint_violated', 'constraint', _constraint)
      END;
    END IF;
    IF NOT _validate_only AND (coalesce((_request ->> 'repeat')::boolean, true) OR _request ? 'idempotency_key')
    THEN
      PERFORM keep_record(_request, _credential.lineage,
        CASE _result ->> 'verdict' WHEN 'created' THEN _id END, _result);
    END IF;
  END;

  IF _credential.is_use_due AND NOT _validate_only THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result || jsonb_build_object('wakes', NOT _validate_only
    AND _result ->> 'verdict' = 'created' AND EXISTS (SELECT FROM webhooks WHERE state = 'active'));
END
$$;
