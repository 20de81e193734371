-- The changes of users after a cursor of the feed, which is `epoch`, `position`, `user_id` and `version`; without
-- one the oldest that are kept, with `latest` none. At most `limit`, only those of `only_user`, `types` and
-- `fields` where these are. Returns
--   changes      in the order of positions, so those of a user in the order of versions
--   cursor       where to go on: after the last change, or, if none was left, before all that come later
--   has_more     whether there may be changes after `cursor` now
--   lag_seconds  how long the oldest change waits that is stored and that no page may have yet
-- or `expired`: changes after that cursor may be missing.
--
-- A page ends before the oldest transaction that is under way: what that one stores has a place after the
-- page, whenever it commits.
CREATE OR REPLACE FUNCTION profile.changes_after(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  -- Before the rows are read, so that whatever was committed by then is among them.
  _snapshot pg_snapshot := pg_current_snapshot();
  _end xid8 := pg_snapshot_xmin(_snapshot);
  _epoch integer := coalesce((SELECT epoch FROM feed), 1);
  _kept_from xid8 := coalesce((SELECT kept_from FROM feed), '0');
  _position xid8 := coalesce((_request ->> 'position')::xid8, _kept_from);
  _user_id uuid := coalesce((_request ->> 'user_id')::uuid, '00000000-0000-0000-0000-000000000000');
  _version integer := coalesce((_request ->> 'version')::integer, 0);
  _limit integer := _request ->> 'limit';
  -- A filter that few changes pass must not read an endless feed.
  _scanned_rows integer := CASE WHEN _request ?| '{types,fields}' THEN 1000 ELSE _limit + 1 END;
  _only_user uuid := _request ->> 'only_user';
  _known_version integer;
  _changes jsonb;
  _cursor jsonb := jsonb_build_array(_epoch, _end, '00000000-0000-0000-0000-000000000000', 0);
  _has_more boolean := false;
  _page record;
BEGIN
  IF (_request ->> 'epoch')::integer <> _epoch OR _position < _kept_from
    OR _position > pg_snapshot_xmax(_snapshot) THEN
    RETURN '{"expired": true}';
  END IF;
  -- From the latest back, so that what is read is what is new.
  SELECT version INTO _known_version FROM user_changes
  WHERE user_id = _only_user AND (position, user_id, version) <= (_position, _user_id, _version)
  ORDER BY version DESC LIMIT 1;

  IF NOT coalesce((_request ->> 'latest')::boolean, false) THEN
    EXECUTE format($s$
      WITH scanned AS (
        SELECT row_number() OVER (ORDER BY position, user_id, version) AS row, * FROM (
          (SELECT position, user_id, version, change_id, user_changes AS change,
            CASE WHEN is_creation THEN 'user.created' ELSE 'user.updated' END AS type
          FROM user_changes WHERE position < $1 AND %s ORDER BY %s LIMIT $5)
          UNION ALL
          (SELECT position, id, version, change_id, jsonb_populate_record(NULL::user_changes,
            jsonb_build_object('version', version, 'changed_at', erased_at,
              'api_key_prefix', api_key_prefix, 'request_id', request_id, 'changes', '{}'::jsonb)),
            'user.erased'
          FROM erased_users WHERE position < $1 AND %s ORDER BY position, id, version LIMIT $5)
        ) AS either ORDER BY row LIMIT $5
      ),
      page AS (
        SELECT row_number() OVER (ORDER BY row) AS rank, * FROM scanned
        WHERE (NOT $8 ? 'types' OR $8 -> 'types' ? type)
          AND (NOT $8 ? 'fields' OR type = 'user.erased' OR (change).changes ?| text_array($8 -> 'fields'))
        ORDER BY row LIMIT $6 + 1
      )
      SELECT
        (SELECT jsonb_agg(shown_change(change)
          || jsonb_build_object('change_id', change_id, 'type', type, 'user_id', user_id, 'position', position) ORDER BY row)
          FROM page WHERE rank <= $6) AS changes,
        (SELECT count(*) FROM page) > $6 OR (SELECT count(*) FROM scanned) = $5 AS has_more,
        (SELECT jsonb_build_array($7, position, user_id, version) FROM scanned WHERE row = coalesce(
          (SELECT max(row) FROM page WHERE rank = $6 AND (SELECT count(*) FROM page) > $6),
          (SELECT max(row) FROM scanned))) AS cursor
      $s$,
      CASE WHEN _only_user IS NULL THEN '(position, user_id, version) > ($2, $3, $4)'
        ELSE format('user_id = %L AND version > %s', _only_user, coalesce(_known_version, 0)) END,
      CASE WHEN _only_user IS NULL THEN 'position, user_id, version' ELSE 'version' END,
      concat_ws(' AND ', '(position, id, version) > ($2, $3, $4)',
        CASE WHEN _only_user IS NOT NULL THEN format('id = %L', _only_user) END)
    ) INTO _page
    USING _end, _position, _user_id, _version, _scanned_rows, _limit, _epoch, _request;
    _changes := _page.changes;
    _has_more := _page.has_more;
    IF _has_more THEN
      _cursor := _page.cursor;
    END IF;
  END IF;

  RETURN jsonb_build_object('changes', coalesce(_changes, '[]'), 'cursor', _cursor, 'has_more', _has_more,
    'lag_seconds', (
      SELECT round(greatest(0, coalesce(extract(epoch FROM clock_timestamp() - min(changed_at)), 0)), 3)
      FROM (
        (SELECT changed_at FROM user_changes WHERE position >= _end ORDER BY position LIMIT 1)
        UNION ALL
        (SELECT erased_at FROM erased_users WHERE position >= _end ORDER BY position LIMIT 1)
      ) AS waiting(changed_at)));
END
$$;
