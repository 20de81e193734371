// Made from openapi.json by npm run generate; not to be edited.

export interface paths {
    "/api/v1/user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Lists users by id, or finds them by e-mail address or Stripe customer. A walk through all pages sees every user who exists throughout exactly once, whatever is written meanwhile. With `updated_since`, users are ordered by their last change, oldest first; a user who changes during the walk appears again. Without the scope `users:all`, the list has only the owner of the key, so an empty list does not mean that nobody has an address.
         *
         *     Requires the scope `user:read`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Create a user
         * @description Requires `email`. The other fields have the same rules as in an update; fields that are absent are empty, false, or, for `is_active`, true. The account and billing fields also require their own scopes. Send `id` only to keep the id of another system.
         *
         *     Optional headers: `Idempotency-Key`, `Prefer`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires the scope `users:manage`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Update many users
         * @description Updates up to 1000 users in one request of at most 1 MiB. The response has a result for each item, in the same order, with the status and the problem that a PUT of its own would return. An item that fails does not affect the others. The key is judged once, for all items. Under `Prefer: atomic`, if an item fails, the response is 409 `batch_failed` and nothing is changed. Send a JSON array, or `application/x-ndjson` with one item per line: then the response has one result per line and no envelope. Every 100 items, or part of them, count as one request. For users other than the owner of the key, also requires `users:all`.
         *
         *     Optional headers: `Prefer`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires one of the scopes `user:write`, `account:write`, `billing:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        patch: operations["updateUsers"];
        trace?: never;
    };
    "/api/v1/user/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve a user
         * @description The `ETag` of the response is the version of the user. You can send `data` back unchanged with PUT.
         *
         *     Optional headers: `If-None-Match`, `If-Match`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires the scope `user:read`. For a user other than the owner of the key, also requires `users:all`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["getUser"];
        /**
         * Update a user
         * @description Changes the fields in the body and leaves the others; `null` clears a field. A field that the key cannot change is refused only if its value would change, so you can send the whole document back with your changes. An update that changes nothing writes nothing and keeps the version.
         *
         *     Optional headers: `If-Match`, `If-None-Match`, `Base-Version`, `Idempotency-Key`, `Prefer`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires one of the scopes `user:write`, `account:write`, `billing:write`. For a user other than the owner of the key, also requires `users:all`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        put: operations["updateUser"];
        post?: never;
        /**
         * Erase a user
         * @description Erases the user and everything stored about them, as the GDPR grants every person: profile, change log, keys, sessions, identities and webhooks. Their keys stop working with the next request. The id cannot be used again; it is kept with the request id, so put nothing personal into `X-Request-Id` and `Idempotency-Key`. `Base-Version` means the same as `If-Match` here.
         *
         *     Optional headers: `If-Match`, `Base-Version`, `Idempotency-Key`, `Prefer`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires the scope `users:manage`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        delete: operations["eraseUser"];
        options?: never;
        head?: never;
        /**
         * Update a user (merge patch)
         * @description Same as PUT, for clients that send merge patches (RFC 7396).
         *
         *     Optional headers: `If-Match`, `If-None-Match`, `Base-Version`, `Idempotency-Key`, `Prefer`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires one of the scopes `user:write`, `account:write`, `billing:write`. For a user other than the owner of the key, also requires `users:all`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        patch: operations["patchUser"];
        trace?: never;
    };
    "/api/v1/user/{user_id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the changes of a user
         * @description Lists the change log of a user, newest first: who changed which field from which value to which. The first entry of the log is the creation.
         *
         *     Requires the scope `user:read`. For a user other than the owner of the key, also requires `users:all`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["listChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/user/{user_id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve a version of a user
         * @description Retrieves the user as of a version, at most 1000 versions back. Counts, which the server computes, are those of now.
         *
         *     Optional headers: `If-None-Match`, `If-Match`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires the scope `user:read`. For a user other than the owner of the key, also requires `users:all`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/user/{user_id}/revert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revert a user
         * @description `{"version": 5}` restores the user as of version 5, whatever was changed since, at most 1000 versions back. `{"undo": 7}` takes back change 7 only; if a later change touched the same field, the response is 409 `edit_conflict`, whatever `Base-Version` says. Either is an update, with a new version, and requires the scopes of the fields that it changes.
         *
         *     Optional headers: `If-Match`, `If-None-Match`, `Base-Version`, `Idempotency-Key`, `Prefer`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires one of the scopes `user:write`, `account:write`, `billing:write`. For a user other than the owner of the key, also requires `users:all`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["revertUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/user/{user_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export a user
         * @description Retrieves everything stored about a user as one document: profile, change log, keys, key events, identities, sessions and webhooks. It contains no secrets. It has at most the latest 10000 changes; the list of changes has all.
         *
         *     Requires the scope `user:read`. For a user other than the owner of the key, also requires `users:all`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["exportUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the changes of users
         * @description Lists the changes of all users: of each user in the order of versions, and each change exactly once. Store `next_cursor` when you have applied a page, and send it as `after` the next time. A cursor is good for 90 days, also with another key and other filters. Without `after`, the list begins with the oldest change that is kept. Without the scope `users:all` it has only the changes of the owner of the key. A page can have fewer changes than `limit`, even none, while `has_more` is true.
         *
         *     Requires the scope `user:read`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["listFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys
         * @description Lists the keys of the caller, newest first, including expired and revoked keys.
         *
         *     Requires the scope `keys:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create a key
         * @description The response is the only one that shows the key. A key cannot have more rights than its creator has at that moment, or outlive the key that created it. If the response is lost, retry with the same `Idempotency-Key`: you get the same key with a new secret, as long as the key is unused.
         *
         *     Optional headers: `Idempotency-Key`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires the scope `keys:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/user/{user_id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a short-lived key
         * @description Creates a key of the user that works for `expires_in` seconds, for an app: see [Mobile apps](/docs/mobile-apps). It has at most the rights and `fields` of the key of the request, not its `allowed_ips`, and is revoked with it. It does not count among the active keys of the user, who can have 100 of these. It leaves the list when it expires. If the response is lost, retry with the same `Idempotency-Key`.
         *
         *     Optional headers: `Idempotency-Key`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires the scope `keys:write`. For a user other than the owner of the key, also requires `users:all`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["createAppKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve the current key
         * @description Retrieves the key of the request, what it may do now, and when it expires.
         *
         *     Requires an active key; no scope.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["getOwnKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/self/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the current key
         * @description Creates a key with the same rights as the key of the request, like Rotate a key. The new key cannot have more rights or expire later. Short-lived keys are not rotated.
         *
         *     Optional headers: `Idempotency-Key`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires an active key; no scope.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["rotateOwnKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report a leaked key
         * @description Revokes an active key. Requires no authentication, because anyone who has a key could misuse it. The response is always the same and does not reveal whether the value was a key.
         *
         *     Limit: 60 requests in 60 seconds per address.
         */
        post: operations["reportKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve a key
         * @description Retrieves a key of the caller. Only the first characters of the key itself are shown.
         *
         *     Requires the scope `keys:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description Revokes a key from the next request on. Revoking it again is not an error.
         *
         *     Requires the scope `keys:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        /**
         * Edit a key
         * @description Changes the members that the body has, from the next request of the key on. The rights of a key can only become fewer: `scopes`, `allowed_ips` and `fields` must be part of what the key has. Other `scopes` leave the key without a `role`.
         *
         *     Requires the scope `keys:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        patch: operations["updateKey"];
        trace?: never;
    };
    "/api/v1/keys/{key_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate a key
         * @description Creates a key with the same rights. Without `grace`, the old key works until the new one is first used, at most 24 hours. With `grace`, it works for that number of seconds; 0 expires it now. It never works beyond its own expiry. If the response is lost, retry with the old key and the same `Idempotency-Key`. You get the same new key with another secret, as long as the key is unused.
         *
         *     Optional headers: `Idempotency-Key`. See [Updating safely](/docs/updating-safely).
         *
         *     Requires the scope `keys:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange an ID token
         * @description Exchanges the ID token of an app, from the OpenID provider of this server, for a short-lived key of its user (RFC 8693): see [Mobile apps](/docs/mobile-apps#through-the-openid-provider). Requires no key. The person is found as on the Settings page. An ID token has one key: if the response is lost, send the same request again. The new key then replaces the first, which is refused from then on. The key does not count among the active keys of the user, who can have 100 of these. It ends when the user is erased or their sign-in is removed.
         *
         *     Limit: 60 requests in 60 seconds per address.
         */
        post: operations["exchangeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Lists the webhooks of the owner of the key, newest first. Webhooks that get the changes of all users are shown only to keys with `users:all`.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description The URL gets each later change in a POST: of all users if the key has `users:all`, else of the owner of the key. The signature is that of Standard Webhooks. The response is the only one that shows the secret. If it is lost, create the webhook again and delete the first. At most 10 webhooks per user.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve a webhook
         * @description Retrieves a webhook with its state, and the event that blocks it, if one does.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description Deletes a webhook. An event that is being sent may still arrive.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Update a webhook
         * @description Changes the members that the body has. `"state": "active"` resumes a webhook that was paused, with the event after its cursor.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the secret of a webhook
         * @description Creates a new secret, which no other response shows. The old one signs too for `grace` seconds, by default 24 hours. If the response is lost, rotate again.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description Sends an event of the type `webhook.test` at once, also to a webhook that is paused, and returns the attempt. It is not tried again and not listed among the deliveries.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries
         * @description Lists the latest 100 attempts to deliver an event, newest first. An event that fails is tried again after 5 seconds, then at growing intervals, and skipped when it has failed for 6 hours.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay or skip events
         * @description Moves the cursor of a webhook. `after`: to a cursor of the feed, or an earlier one of the webhook. `since`: to a time; events of up to five minutes before it are sent too. `skip`: past the event with this id, if it is the one that blocks the webhook; else nothing happens. A paused webhook stays paused.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        post: operations["replayWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/skipped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List skipped events
         * @description Lists the latest 100 events that were skipped, newest first, each with its last attempt.
         *
         *     Requires the scope `webhooks:write`.
         *
         *     Limit: 600 requests in 60 seconds per key.
         */
        get: operations["listSkipped"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the service
         * @description Reports that the Worker runs and is configured. It does not query the database.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the service and its database
         * @description Reports that the Worker can use its database. The result is at most a second old. Responds within a second.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit page feedback
         * @description Records whether a page of the documentation helped. Kept for a year, without data about the sender.
         *
         *     Limit: 60 requests in 60 seconds per address.
         */
        post: operations["sendFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description A user, as every response shows them.
         * @example {
         *       "first_name": "<string>",
         *       "last_name": "<string>",
         *       "email": "jsmith@example.com",
         *       "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
         *       "is_active": true,
         *       "is_superuser": false,
         *       "birthdate": "2023-11-07T05:31:56Z",
         *       "is_enterprise": false,
         *       "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
         *       "phone": "<string>",
         *       "state": "<string>",
         *       "country": "<string>",
         *       "address": "<string>",
         *       "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
         *       "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
         *       "stripe_customer_id": "<string>",
         *       "stripe_subscription_id": "<string>",
         *       "stripe_subscription_status": "<string>",
         *       "stripe_has_payment_method": false,
         *       "is_trial": false,
         *       "used_trial": false,
         *       "is_paying": false,
         *       "stripe_last_payment_date": "2023-11-07T05:31:56Z",
         *       "billing_updated_at": "2023-11-07T05:31:56Z",
         *       "last_credits_refresh": "2023-11-07T05:31:56Z",
         *       "next_credits_refresh": "2023-11-07T05:31:56Z",
         *       "follower_count": 0,
         *       "following_count": 0
         *     }
         */
        User: {
            /** @description Given name. */
            first_name: string | null;
            /** @description Family name. */
            last_name: string | null;
            /** @description E-mail address, unique regardless of case. */
            email: string;
            /**
             * Format: uuid
             * @description The id of the user.
             */
            id: string;
            /** @description Whether the user is active. The keys of an inactive user are refused. */
            is_active: boolean;
            /** @description Whether the keys of the user can have the scopes that only superusers have. */
            is_superuser: boolean;
            /**
             * Format: date-time
             * @description Date of birth. Send a whole day as midnight UTC: `1815-12-10T00:00:00Z`.
             */
            birthdate: string | null;
            /** @description Whether the user has an enterprise account. */
            is_enterprise: boolean;
            /**
             * Format: uuid
             * @description The id of the role of the user.
             */
            role_id: string | null;
            /** @description Phone number, in any format. */
            phone: string | null;
            /** @description State, province or region. */
            state: string | null;
            /** @description Country. */
            country: string | null;
            /** @description Postal address. */
            address: string | null;
            /**
             * Format: uuid
             * @description The id of the current billing plan.
             */
            active_billing_plan_id: string | null;
            /**
             * Format: uuid
             * @description The id of the billing plan that follows the current one.
             */
            next_billing_plan_id: string | null;
            /** @description The id of the customer at Stripe. */
            stripe_customer_id: string | null;
            /** @description The id of the subscription at Stripe. */
            stripe_subscription_id: string | null;
            /** @description The status of the subscription at Stripe. */
            stripe_subscription_status: string | null;
            /** @description Whether Stripe has a payment method of the user. */
            stripe_has_payment_method: boolean;
            /** @description Whether the user is in a trial period. */
            is_trial: boolean;
            /** @description Whether the user has had a trial period. */
            used_trial: boolean;
            /** @description Whether the user pays. */
            is_paying: boolean;
            /**
             * Format: date-time
             * @description When the last payment was made at Stripe.
             */
            stripe_last_payment_date: string | null;
            /**
             * Format: date-time
             * @description When the billing data was last updated.
             */
            billing_updated_at: string | null;
            /**
             * Format: date-time
             * @description When the credits were last refreshed.
             */
            last_credits_refresh: string | null;
            /**
             * Format: date-time
             * @description When the credits will next be refreshed.
             */
            next_credits_refresh: string | null;
            /**
             * Format: int32
             * @description The number of followers.
             */
            follower_count: number;
            /**
             * Format: int32
             * @description The number of users that the user follows.
             */
            following_count: number;
        };
        /**
         * @description The fields to change. An absent field stays as it is; `null` clears a field that can be cleared.
         * @default {}
         */
        UserUpdate: {
            /** @description Given name. Requires `user:write`. */
            first_name?: string | null;
            /** @description Family name. Requires `user:write`. */
            last_name?: string | null;
            /**
             * Format: email
             * @description E-mail address, unique regardless of case. Cannot be cleared: `null` is refused. Requires `user:write`.
             */
            email?: string;
            /** @description Whether the user is active. The keys of an inactive user are refused. Cannot be cleared: `null` is refused. Requires `account:write`, and that the owner of the key is a superuser. */
            is_active?: boolean;
            /** @description Whether the keys of the user can have the scopes that only superusers have. Cannot be cleared: `null` is refused. Requires `account:write`, and that the owner of the key is a superuser. */
            is_superuser?: boolean;
            /**
             * Format: date-time
             * @description Date of birth. Send a whole day as midnight UTC: `1815-12-10T00:00:00Z`. Requires `user:write`.
             */
            birthdate?: string | null;
            /** @description Whether the user has an enterprise account. Cannot be cleared: `null` is refused. Requires `account:write`, and that the owner of the key is a superuser. */
            is_enterprise?: boolean;
            /**
             * Format: uuid
             * @description The id of the role of the user. Requires `account:write`, and that the owner of the key is a superuser.
             */
            role_id?: string | null;
            /** @description Phone number, in any format. Requires `user:write`. */
            phone?: string | null;
            /** @description State, province or region. Requires `user:write`. */
            state?: string | null;
            /** @description Country. Requires `user:write`. */
            country?: string | null;
            /** @description Postal address. May contain tabs and line breaks, but no other control characters. Requires `user:write`. */
            address?: string | null;
            /**
             * Format: uuid
             * @description The id of the current billing plan. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            active_billing_plan_id?: string | null;
            /**
             * Format: uuid
             * @description The id of the billing plan that follows the current one. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            next_billing_plan_id?: string | null;
            /** @description The id of the customer at Stripe. Requires `billing:write`, and that the owner of the key is a superuser. */
            stripe_customer_id?: string | null;
            /** @description The id of the subscription at Stripe. Requires `billing:write`, and that the owner of the key is a superuser. */
            stripe_subscription_id?: string | null;
            /** @description The status of the subscription at Stripe. Requires `billing:write`, and that the owner of the key is a superuser. */
            stripe_subscription_status?: string | null;
            /** @description Whether Stripe has a payment method of the user. Cannot be cleared: `null` is refused. Requires `billing:write`, and that the owner of the key is a superuser. */
            stripe_has_payment_method?: boolean;
            /** @description Whether the user is in a trial period. Cannot be cleared: `null` is refused. Requires `billing:write`, and that the owner of the key is a superuser. */
            is_trial?: boolean;
            /** @description Whether the user has had a trial period. Cannot be cleared: `null` is refused. Requires `billing:write`, and that the owner of the key is a superuser. */
            used_trial?: boolean;
            /** @description Whether the user pays. Cannot be cleared: `null` is refused. Requires `billing:write`, and that the owner of the key is a superuser. */
            is_paying?: boolean;
            /**
             * Format: date-time
             * @description When the last payment was made at Stripe. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            stripe_last_payment_date?: string | null;
            /**
             * Format: date-time
             * @description When the billing data was last updated. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            billing_updated_at?: string | null;
            /**
             * Format: date-time
             * @description When the credits were last refreshed. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            last_credits_refresh?: string | null;
            /**
             * Format: date-time
             * @description When the credits will next be refreshed. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            next_credits_refresh?: string | null;
            /**
             * Format: uuid
             * @description May be sent if it equals the id in the path.
             */
            id?: string;
            /** @description The number of followers. Computed by the server: accepted and ignored. */
            follower_count?: unknown;
            /** @description The number of users that the user follows. Computed by the server: accepted and ignored. */
            following_count?: unknown;
        };
        /** @description A user to create. */
        NewUser: {
            /** @description Given name. Requires `user:write`. */
            first_name?: string | null;
            /** @description Family name. Requires `user:write`. */
            last_name?: string | null;
            /**
             * Format: email
             * @description E-mail address, unique regardless of case. Cannot be cleared: `null` is refused. Requires `user:write`.
             */
            email: string;
            /** @description Whether the user is active. The keys of an inactive user are refused. Cannot be cleared: `null` is refused. Requires `account:write`, and that the owner of the key is a superuser. */
            is_active?: boolean;
            /** @description Whether the keys of the user can have the scopes that only superusers have. Cannot be cleared: `null` is refused. Requires `account:write`, and that the owner of the key is a superuser. */
            is_superuser?: boolean;
            /**
             * Format: date-time
             * @description Date of birth. Send a whole day as midnight UTC: `1815-12-10T00:00:00Z`. Requires `user:write`.
             */
            birthdate?: string | null;
            /** @description Whether the user has an enterprise account. Cannot be cleared: `null` is refused. Requires `account:write`, and that the owner of the key is a superuser. */
            is_enterprise?: boolean;
            /**
             * Format: uuid
             * @description The id of the role of the user. Requires `account:write`, and that the owner of the key is a superuser.
             */
            role_id?: string | null;
            /** @description Phone number, in any format. Requires `user:write`. */
            phone?: string | null;
            /** @description State, province or region. Requires `user:write`. */
            state?: string | null;
            /** @description Country. Requires `user:write`. */
            country?: string | null;
            /** @description Postal address. May contain tabs and line breaks, but no other control characters. Requires `user:write`. */
            address?: string | null;
            /**
             * Format: uuid
             * @description The id of the current billing plan. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            active_billing_plan_id?: string | null;
            /**
             * Format: uuid
             * @description The id of the billing plan that follows the current one. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            next_billing_plan_id?: string | null;
            /** @description The id of the customer at Stripe. Requires `billing:write`, and that the owner of the key is a superuser. */
            stripe_customer_id?: string | null;
            /** @description The id of the subscription at Stripe. Requires `billing:write`, and that the owner of the key is a superuser. */
            stripe_subscription_id?: string | null;
            /** @description The status of the subscription at Stripe. Requires `billing:write`, and that the owner of the key is a superuser. */
            stripe_subscription_status?: string | null;
            /** @description Whether Stripe has a payment method of the user. Cannot be cleared: `null` is refused. Requires `billing:write`, and that the owner of the key is a superuser. */
            stripe_has_payment_method?: boolean;
            /** @description Whether the user is in a trial period. Cannot be cleared: `null` is refused. Requires `billing:write`, and that the owner of the key is a superuser. */
            is_trial?: boolean;
            /** @description Whether the user has had a trial period. Cannot be cleared: `null` is refused. Requires `billing:write`, and that the owner of the key is a superuser. */
            used_trial?: boolean;
            /** @description Whether the user pays. Cannot be cleared: `null` is refused. Requires `billing:write`, and that the owner of the key is a superuser. */
            is_paying?: boolean;
            /**
             * Format: date-time
             * @description When the last payment was made at Stripe. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            stripe_last_payment_date?: string | null;
            /**
             * Format: date-time
             * @description When the billing data was last updated. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            billing_updated_at?: string | null;
            /**
             * Format: date-time
             * @description When the credits were last refreshed. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            last_credits_refresh?: string | null;
            /**
             * Format: date-time
             * @description When the credits will next be refreshed. Requires `billing:write`, and that the owner of the key is a superuser.
             */
            next_credits_refresh?: string | null;
            /**
             * Format: uuid
             * @description The id that the user has in another system. Leave it out to get a new one.
             */
            id?: string;
            /** @description The number of followers. Computed by the server: accepted and ignored. */
            follower_count?: unknown;
            /** @description The number of users that the user follows. Computed by the server: accepted and ignored. */
            following_count?: unknown;
        };
        /** @description An update of one user, as a PUT of its own would make it. */
        BatchItem: {
            /**
             * Format: uuid
             * @description The id of the user.
             */
            id: string;
            fields: components["schemas"]["UserUpdate"];
            /** @description As the header `If-Match`. */
            if_match?: string;
            /** @description As the header `Base-Version`. */
            base_version?: string;
            /** @description As the header `Idempotency-Key`, but always without its quotation marks. */
            idempotency_key?: string;
        };
        /** @description Updates, which are carried out in this order. */
        Batch: components["schemas"]["BatchItem"][];
        /** @description The result of an item. The item has failed if there is a `problem`. */
        BatchResult: {
            /**
             * Format: uuid
             * @description The id of the item; null if it is not a UUID.
             */
            id: string | null;
            /**
             * Format: int32
             * @description The status that a PUT of its own would return.
             */
            status: number;
            /** @description The version of the user, where a PUT would return an `ETag`. */
            etag?: string;
            /**
             * Format: int32
             * @description `base_version`, if the update was merged with later changes.
             */
            merged_from?: number;
            /**
             * @description This is the result of an earlier request with the same key; nothing was changed now.
             * @constant
             */
            replayed?: true;
            problem?: components["schemas"]["ItemProblem"];
        };
        /** @description An item of a batch that failed. */
        FailedItem: {
            /**
             * Format: int32
             * @description The place of the item in the request, from 0.
             */
            index: number;
            /**
             * Format: uuid
             * @description The id of the item; null if it is not a UUID.
             */
            id: string | null;
            /**
             * Format: int32
             * @description The status that a PUT of its own would return.
             */
            status: number;
            /** @description The version of the user, where a PUT would return an `ETag`. */
            etag?: string;
            problem: components["schemas"]["ItemProblem"];
        };
        /** @description An entry of the change log of a user. */
        Change: {
            /**
             * Format: int32
             * @description The version that the change made.
             */
            version: number;
            /** Format: date-time */
            changed_at: string;
            /** @description The first characters of the API key; null if the operator made the change. */
            changed_by: string | null;
            /** @description The id of the request; `sql` if there was none. */
            request_id: string;
            /** @description What the change reverted, if it did. */
            reverts: {
                /** Format: int32 */
                version?: number;
                /** Format: int32 */
                undo?: number;
            } | null;
            /** @description The fields that changed, each with its values before and after. */
            fields: {
                [key: string]: {
                    before: (string | null) | boolean;
                    after: (string | null) | boolean;
                };
            };
        };
        /** @description A change in the feed; webhooks send the same. */
        FeedChange: {
            /**
             * Format: uuid
             * @description The id of the change.
             */
            id: string;
            /** @enum {string} */
            type: "user.created" | "user.updated" | "user.erased";
            /** Format: date-time */
            timestamp: string;
            /** @description An entry of the change log of a user. */
            data: {
                /**
                 * Format: uuid
                 * @description The id of the user.
                 */
                user_id: string;
                /**
                 * Format: int32
                 * @description The version that the change made.
                 */
                version: number;
                /** Format: date-time */
                changed_at: string;
                /** @description The first characters of the API key; null if the operator made the change. */
                changed_by: string | null;
                /** @description The id of the request; `sql` if there was none. */
                request_id: string;
                /** @description What the change reverted, if it did. */
                reverts: {
                    /** Format: int32 */
                    version?: number;
                    /** Format: int32 */
                    undo?: number;
                } | null;
                /** @description The fields that changed, each with its values before and after. */
                fields: {
                    [key: string]: {
                        before: (string | null) | boolean;
                        after: (string | null) | boolean;
                    };
                };
            };
        };
        /** @description What to revert to, or which change to undo. */
        Revert: {
            /** Format: int32 */
            version?: number;
            /** Format: int32 */
            undo?: number;
        } & (unknown | unknown);
        /** @description Everything stored about a user, without secrets. */
        Export: {
            profile: components["schemas"]["User"];
            /** Format: int32 */
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            changes: components["schemas"]["Change"][];
            keys: {
                /** Format: uuid */
                id: string;
                /** Format: uuid */
                owner_id: string;
                name: string;
                description: string;
                /** @description One of `read_only`, `profile`, `billing_sync`, `full_access`; null if the key was created with `scopes`. */
                role: string | null;
                scopes: components["schemas"]["Scope"][];
                prefix: string;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                expires_at: string | null;
                /** Format: date-time */
                revoked_at: string | null;
                /** Format: date-time */
                last_used_at: string | null;
                last_used_country: string | null;
                last_used_network: string | null;
                require_precondition: boolean;
                /** @description The addresses that requests may come from: IPv4 and IPv6, single or as ranges in CIDR notation. `null`: any. Allow the addresses of both versions if the program has both. */
                allowed_ips: string[] | null;
                /** @description The fields that the key may write, of those that its scopes open. `null`: all of those. A key with `fields` erases nobody. */
                fields: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
                short_lived: boolean;
                /** Format: uuid */
                made_by: string | null;
                /** Format: uuid */
                lineage_id: string;
                /** Format: uuid */
                replaces: string | null;
                /** Format: uuid */
                replaced_by: string | null;
                /** Format: date-time */
                original_expires_at: string | null;
                until_first_use: boolean;
                /** @enum {string} */
                state: "active" | "expired" | "revoked";
            }[];
            key_events: {
                /** Format: uuid */
                key_id: string;
                action: string;
                actor: string;
                /** Format: uuid */
                actor_key_id: string | null;
                /** Format: uuid */
                actor_user_id: string | null;
                request_id: string;
                /** Format: date-time */
                occurred_at: string;
            }[];
            identities: {
                issuer: string;
                subject: string;
                /** Format: date-time */
                created_at: string;
            }[];
            sessions: {
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                expires_at: string;
            }[];
            webhooks: {
                /** Format: uuid */
                id: string;
                /**
                 * Format: uri
                 * @description An https URL without port, user name and IP address, of a host whose addresses are all public.
                 */
                url: string;
                /** @description For people. May contain tabs and line breaks, but no other control characters. */
                description: string;
                /** @description The types of changes to send; null for all. */
                types: ("user.created" | "user.updated" | "user.erased")[] | null;
                /** @description Send only changes of at least one of these fields, and erasures; null for all. */
                fields: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
                /** @description Whether it gets the changes of all users, and not only those of its owner. */
                all_users: boolean;
                /** @enum {string} */
                state: "active" | "paused";
                /** @description Why it is paused. `requested`: by an update. `gone`: the URL returned 410. `failing`: nothing was delivered for 3 days. `owner_inactive`, `owner_not_superuser`: the owner may no longer receive these changes. `cursor_expired`: the feed no longer has all changes after the cursor. */
                paused_reason: string | null;
                /**
                 * Format: date-time
                 * @description Until when the secret before the last rotation signs too.
                 */
                previous_secret_ends_at: string | null;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
            }[];
        };
        /** @description A webhook, without its secret. */
        Webhook: {
            /** Format: uuid */
            id: string;
            /**
             * Format: uri
             * @description An https URL without port, user name and IP address, of a host whose addresses are all public.
             */
            url: string;
            /** @description For people. May contain tabs and line breaks, but no other control characters. */
            description: string;
            /** @description The types of changes to send; null for all. */
            types: ("user.created" | "user.updated" | "user.erased")[] | null;
            /** @description Send only changes of at least one of these fields, and erasures; null for all. */
            fields: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
            /** @description Whether it gets the changes of all users, and not only those of its owner. */
            all_users: boolean;
            /** @enum {string} */
            state: "active" | "paused";
            /** @description Why it is paused. `requested`: by an update. `gone`: the URL returned 410. `failing`: nothing was delivered for 3 days. `owner_inactive`, `owner_not_superuser`: the owner may no longer receive these changes. `cursor_expired`: the feed no longer has all changes after the cursor. */
            paused_reason: string | null;
            /** @description The event that keeps failing; those after it wait. */
            blocked_by: {
                /**
                 * Format: uuid
                 * @description The id of the event, which is the `webhook-id`.
                 */
                id: string;
                /** @description The type of the event. */
                type: string;
                /** Format: uuid */
                user_id: string;
                /** Format: int32 */
                version: number;
                /**
                 * Format: date-time
                 * @description When it was first sent.
                 */
                since: string;
                /** Format: int32 */
                attempts: number;
            } | null;
            /** @description The place in the feed: all changes before it were sent or skipped. */
            cursor: string;
            /**
             * Format: date-time
             * @description Until when the secret before the last rotation signs too.
             */
            previous_secret_ends_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A webhook, with the secret that signs what it gets. */
        WebhookWithSecret: {
            /** Format: uuid */
            id: string;
            /**
             * Format: uri
             * @description An https URL without port, user name and IP address, of a host whose addresses are all public.
             */
            url: string;
            /** @description For people. May contain tabs and line breaks, but no other control characters. */
            description: string;
            /** @description The types of changes to send; null for all. */
            types: ("user.created" | "user.updated" | "user.erased")[] | null;
            /** @description Send only changes of at least one of these fields, and erasures; null for all. */
            fields: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
            /** @description Whether it gets the changes of all users, and not only those of its owner. */
            all_users: boolean;
            /** @enum {string} */
            state: "active" | "paused";
            /** @description Why it is paused. `requested`: by an update. `gone`: the URL returned 410. `failing`: nothing was delivered for 3 days. `owner_inactive`, `owner_not_superuser`: the owner may no longer receive these changes. `cursor_expired`: the feed no longer has all changes after the cursor. */
            paused_reason: string | null;
            /** @description The event that keeps failing; those after it wait. */
            blocked_by: {
                /**
                 * Format: uuid
                 * @description The id of the event, which is the `webhook-id`.
                 */
                id: string;
                /** @description The type of the event. */
                type: string;
                /** Format: uuid */
                user_id: string;
                /** Format: int32 */
                version: number;
                /**
                 * Format: date-time
                 * @description When it was first sent.
                 */
                since: string;
                /** Format: int32 */
                attempts: number;
            } | null;
            /** @description The place in the feed: all changes before it were sent or skipped. */
            cursor: string;
            /**
             * Format: date-time
             * @description Until when the secret before the last rotation signs too.
             */
            previous_secret_ends_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            secret: string;
        };
        /** @description A webhook to create. */
        NewWebhook: {
            /**
             * Format: uri
             * @description An https URL without port, user name and IP address, of a host whose addresses are all public.
             */
            url: string;
            /** @description For people. May contain tabs and line breaks, but no other control characters. */
            description?: string;
            /** @description The types of changes to send; null for all. */
            types?: ("user.created" | "user.updated" | "user.erased")[] | null;
            /** @description Send only changes of at least one of these fields, and erasures; null for all. */
            fields?: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
        };
        /** @description What to change of a webhook. `"state": "active"` resumes it. */
        WebhookUpdate: {
            /**
             * Format: uri
             * @description An https URL without port, user name and IP address, of a host whose addresses are all public.
             */
            url?: string;
            /** @description For people. May contain tabs and line breaks, but no other control characters. */
            description?: string;
            /** @description The types of changes to send; null for all. */
            types?: ("user.created" | "user.updated" | "user.erased")[] | null;
            /** @description Send only changes of at least one of these fields, and erasures; null for all. */
            fields?: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
            /** @enum {string} */
            state?: "active" | "paused";
        };
        /** @description For how many seconds the old secret signs too. */
        SecretRotation: {
            /**
             * Format: int32
             * @default 86400
             */
            grace?: number;
        };
        /** @description Where a webhook goes on. */
        Replay: {
            after?: string;
            /** Format: date-time */
            since?: string;
            /** Format: uuid */
            skip?: string;
        } & (unknown | unknown | unknown);
        /** @description An attempt to deliver an event. */
        WebhookAttempt: {
            /**
             * Format: uuid
             * @description The id of the event, which is the `webhook-id`.
             */
            id: string;
            /** @description The type of the event. */
            type: string;
            /** Format: uuid */
            user_id: string | null;
            /** Format: int32 */
            version: number | null;
            /**
             * Format: int32
             * @description From 1, of this event.
             */
            attempt: number;
            /** Format: date-time */
            attempted_at: string;
            /** Format: int32 */
            duration_ms: number;
            /**
             * Format: int32
             * @description The status of the response; null if there was none.
             */
            status: number | null;
            /** @description Why the attempt failed; null if the event was delivered. */
            error: string | null;
            /** @description The first 1,024 bytes of the response. */
            response: string | null;
            /**
             * Format: date-time
             * @description When the event was skipped after this attempt, if it was.
             */
            skipped_at: string | null;
        };
        /**
         * @description - `user:read`: Retrieve the profile, its history, and an export of everything stored about the user.
         *     - `user:write`: Update the profile fields: name, e-mail, birthdate, phone and address.
         *     - `account:write`: Update the account fields: activity, superuser, enterprise and role.
         *     - `billing:write`: Update the billing fields: plans, Stripe data, trial and credits.
         *     - `users:all`: Reach every user, not only the owner of the key.
         *     - `users:manage`: Create users, and erase any user, superusers included.
         *     - `keys:write`: Create, rotate and revoke keys of its owner.
         *     - `webhooks:write`: Manage webhooks of its owner, which receive all changes of the owner; with `users:all`, of every user.
         * @enum {string}
         */
        Scope: "user:read" | "user:write" | "account:write" | "billing:write" | "users:all" | "users:manage" | "keys:write" | "webhooks:write";
        /** @description An API key, without the key itself. */
        ApiKey: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            owner_id: string;
            name: string;
            description: string;
            /** @description One of `read_only`, `profile`, `billing_sync`, `full_access`; null if the key was created with `scopes`. */
            role: string | null;
            scopes: components["schemas"]["Scope"][];
            prefix: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /** Format: date-time */
            last_used_at: string | null;
            /** @description The country of the last use, as two letters (ISO 3166-1); `T1` is Tor. `null`: unknown. */
            last_used_country: string | null;
            /** @description Whose network the last use came from, such as a provider. `null`: unknown. */
            last_used_network: string | null;
            require_precondition: boolean;
            /** @description The addresses that requests may come from: IPv4 and IPv6, single or as ranges in CIDR notation. `null`: any. Allow the addresses of both versions if the program has both. */
            allowed_ips: string[] | null;
            /** @description The fields that the key may write, of those that its scopes open. `null`: all of those. A key with `fields` erases nobody. */
            fields: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
            short_lived: boolean;
            /**
             * Format: uuid
             * @description The key that this one replaced in a rotation.
             */
            replaces: string | null;
            /**
             * Format: uuid
             * @description The key that replaced this one.
             */
            replaced_by: string | null;
            /** @description Whether the first use of `replaced_by` ends this key. */
            until_first_use: boolean;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
        };
        /** @description A new API key, with the key itself, which no other response shows. */
        NewApiKey: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            owner_id: string;
            name: string;
            description: string;
            /** @description One of `read_only`, `profile`, `billing_sync`, `full_access`; null if the key was created with `scopes`. */
            role: string | null;
            scopes: components["schemas"]["Scope"][];
            prefix: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /** Format: date-time */
            last_used_at: string | null;
            /** @description The country of the last use, as two letters (ISO 3166-1); `T1` is Tor. `null`: unknown. */
            last_used_country: string | null;
            /** @description Whose network the last use came from, such as a provider. `null`: unknown. */
            last_used_network: string | null;
            require_precondition: boolean;
            /** @description The addresses that requests may come from: IPv4 and IPv6, single or as ranges in CIDR notation. `null`: any. Allow the addresses of both versions if the program has both. */
            allowed_ips: string[] | null;
            /** @description The fields that the key may write, of those that its scopes open. `null`: all of those. A key with `fields` erases nobody. */
            fields: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
            short_lived: boolean;
            /**
             * Format: uuid
             * @description The key that this one replaced in a rotation.
             */
            replaces: string | null;
            /**
             * Format: uuid
             * @description The key that replaced this one.
             */
            replaced_by: string | null;
            /** @description Whether the first use of `replaced_by` ends this key. */
            until_first_use: boolean;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            key: string;
        };
        /** @description The API key of the request, and what it may do now. */
        OwnApiKey: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            owner_id: string;
            name: string;
            description: string;
            /** @description One of `read_only`, `profile`, `billing_sync`, `full_access`; null if the key was created with `scopes`. */
            role: string | null;
            scopes: components["schemas"]["Scope"][];
            prefix: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /** Format: date-time */
            last_used_at: string | null;
            /** @description The country of the last use, as two letters (ISO 3166-1); `T1` is Tor. `null`: unknown. */
            last_used_country: string | null;
            /** @description Whose network the last use came from, such as a provider. `null`: unknown. */
            last_used_network: string | null;
            require_precondition: boolean;
            /** @description The addresses that requests may come from: IPv4 and IPv6, single or as ranges in CIDR notation. `null`: any. Allow the addresses of both versions if the program has both. */
            allowed_ips: string[] | null;
            /** @description The fields that the key may write, of those that its scopes open. `null`: all of those. A key with `fields` erases nobody. */
            fields: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
            short_lived: boolean;
            /**
             * Format: uuid
             * @description The key that this one replaced in a rotation.
             */
            replaces: string | null;
            /**
             * Format: uuid
             * @description The key that replaced this one.
             */
            replaced_by: string | null;
            /** @description Whether the first use of `replaced_by` ends this key. */
            until_first_use: boolean;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            scopes_now: components["schemas"]["Scope"][];
            writable_fields: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[];
        };
        /** @description Either `role` or `scopes`, not both. `name` and `description` must not contain characters that are invisible or change the text direction, such as U+202E. Joiners and variation selectors are allowed in emoji and after non-Latin letters. */
        KeyDraft: {
            name: string;
            /** @enum {string} */
            role?: "read_only" | "profile" | "billing_sync" | "full_access";
            scopes?: components["schemas"]["Scope"][];
            /**
             * @description May contain tabs and line breaks, but no other control characters.
             * @default
             */
            description?: string;
            /**
             * Format: date-time
             * @default null
             */
            expires_at?: string | null;
            /** @default false */
            require_precondition?: boolean;
            /** @description The addresses that requests may come from: IPv4 and IPv6, single or as ranges in CIDR notation. `null`: any. Allow the addresses of both versions if the program has both. */
            allowed_ips?: string[] | null;
            /** @description The fields that the key may write, of those that its scopes open. `null`: all of those. A key with `fields` erases nobody. */
            fields?: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
        } & (unknown | unknown);
        /** @description A short-lived key to create: its role, and for how many seconds it works. */
        AppKeyDraft: {
            /** @enum {string} */
            role: "profile" | "read_only";
            /** Format: int32 */
            expires_in: number;
            /** @description The fields that the key may write, of those that its scopes open. `null`: all of those. A key with `fields` erases nobody. */
            fields?: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
        };
        /** @description What to change of a key. What is absent stays as it is. */
        KeyUpdate: {
            name?: string;
            /** @description May contain tabs and line breaks, but no other control characters. */
            description?: string;
            scopes?: components["schemas"]["Scope"][];
            /** @description The addresses that requests may come from: IPv4 and IPv6, single or as ranges in CIDR notation. `null`: any. Allow the addresses of both versions if the program has both. */
            allowed_ips?: string[] | null;
            /** @description The fields that the key may write, of those that its scopes open. `null`: all of those. A key with `fields` erases nobody. */
            fields?: ("first_name" | "last_name" | "email" | "is_active" | "is_superuser" | "birthdate" | "is_enterprise" | "role_id" | "phone" | "state" | "country" | "address" | "active_billing_plan_id" | "next_billing_plan_id" | "stripe_customer_id" | "stripe_subscription_id" | "stripe_subscription_status" | "stripe_has_payment_method" | "is_trial" | "used_trial" | "is_paying" | "stripe_last_payment_date" | "billing_updated_at" | "last_credits_refresh" | "next_credits_refresh")[] | null;
        };
        /** @description Without `grace`, the old key works until the new one is first used, at most 24 hours. Without `expires_at`, the new key expires when the old one would have expired. */
        Rotation: {
            /** Format: int32 */
            grace?: number;
            /** Format: date-time */
            expires_at?: string | null;
        };
        /** @description What happens to the old key. */
        ReplacedKey: {
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @description When it stops working, at the latest.
             */
            expires_at: string;
            /** @description Whether the first use of the new key ends it. A dry run does not count as use. */
            until_first_use: boolean;
        };
        Report: {
            key: string;
        };
        /** @description A request of an app for a key (RFC 8693, section 2.1). Other parameters are ignored. */
        TokenRequest: {
            /** @enum {string} */
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange";
            /** @description The ID token: at most 10 minutes old. */
            subject_token: string;
            /** @enum {string} */
            subject_token_type: "urn:ietf:params:oauth:token-type:id_token";
            /**
             * @default urn:ietf:params:oauth:token-type:access_token
             * @enum {string}
             */
            requested_token_type?: "urn:ietf:params:oauth:token-type:access_token";
            /**
             * @description What the key may do.
             * @default user:read user:write
             * @enum {string}
             */
            scope?: "user:read user:write" | "user:write user:read" | "user:read";
            /** @description The `nonce` that the app sent to the provider; then the ID token must have it. */
            nonce?: string;
        };
        /** @description A short-lived key for an app (RFC 8693, section 2.2.1). */
        Token: {
            /** @description The key. */
            access_token: string;
            /** @constant */
            issued_token_type: "urn:ietf:params:oauth:token-type:access_token";
            /** @constant */
            token_type: "Bearer";
            /**
             * Format: int32
             * @description In seconds.
             */
            expires_in: number;
            /** @enum {string} */
            scope: "user:read user:write" | "user:read";
            /**
             * Format: uuid
             * @description The user whose key it is.
             */
            user_id: string;
        };
        Feedback: {
            page: string;
            helpful: boolean;
        };
        /** @description RFC 9457. Branch on `code`, which never changes its meaning. */
        Problem: {
            /**
             * Format: uri
             * @description The page about the error.
             */
            type: string;
            title: string;
            /** Format: int32 */
            status: number;
            /** @description What to do next, in one sentence. */
            detail: string;
            /** @enum {string} */
            code: "malformed_json" | "malformed_header" | "invalid_token_request" | "invalid_id_token" | "unknown_identity" | "conflicting_credentials" | "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in" | "cross_origin_request" | "insufficient_scope" | "field_not_writable" | "address_not_allowed" | "owner_inactive" | "route_not_found" | "key_not_found" | "user_not_found" | "version_not_found" | "webhook_not_found" | "token_exchange_disabled" | "method_not_allowed" | "request_timeout" | "email_taken" | "user_exists" | "user_erased" | "last_superuser" | "too_many_keys" | "too_many_webhooks" | "key_not_live" | "key_already_used" | "edit_conflict" | "batch_failed" | "cursor_expired" | "precondition_failed" | "body_too_large" | "unsupported_media_type" | "validation_failed" | "reference_not_found" | "idempotency_key_reused" | "precondition_required" | "rate_limited" | "internal_error" | "database_busy" | "database_unavailable" | "provider_unavailable" | "outcome_unknown";
            errors?: components["schemas"]["Violation"][];
            conflicts?: components["schemas"]["Conflict"][];
            /**
             * @description With 500 and above: whether the request took effect.
             * @enum {string}
             */
            outcome?: "not_applied" | "unknown";
            /** @description Include this id when you contact support. */
            request_id: string;
            /** @description With `batch_failed`: the items that failed. */
            items?: components["schemas"]["FailedItem"][];
        };
        /** @description The problem that a PUT would return, without the id of the request, which all items share. `pointer` leads into `fields`, or, if the item itself is malformed, into the item. */
        ItemProblem: {
            /**
             * Format: uri
             * @description The page about the error.
             */
            type: string;
            title: string;
            /** Format: int32 */
            status: number;
            /** @description What to do next, in one sentence. */
            detail: string;
            /** @enum {string} */
            code: "malformed_json" | "malformed_header" | "invalid_token_request" | "invalid_id_token" | "unknown_identity" | "conflicting_credentials" | "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in" | "cross_origin_request" | "insufficient_scope" | "field_not_writable" | "address_not_allowed" | "owner_inactive" | "route_not_found" | "key_not_found" | "user_not_found" | "version_not_found" | "webhook_not_found" | "token_exchange_disabled" | "method_not_allowed" | "request_timeout" | "email_taken" | "user_exists" | "user_erased" | "last_superuser" | "too_many_keys" | "too_many_webhooks" | "key_not_live" | "key_already_used" | "edit_conflict" | "batch_failed" | "cursor_expired" | "precondition_failed" | "body_too_large" | "unsupported_media_type" | "validation_failed" | "reference_not_found" | "idempotency_key_reused" | "precondition_required" | "rate_limited" | "internal_error" | "database_busy" | "database_unavailable" | "provider_unavailable" | "outcome_unknown";
            errors?: components["schemas"]["Violation"][];
            conflicts?: components["schemas"]["Conflict"][];
            /**
             * @description With 500 and above: whether the request took effect.
             * @enum {string}
             */
            outcome?: "not_applied" | "unknown";
        };
        /** @description What is wrong with one part of the request. Exactly one of `pointer`, `parameter` and `header` says where. */
        Violation: {
            /** @description A JSON Pointer (RFC 6901) into the body. */
            pointer?: string;
            /** @description A parameter of the path or the query. */
            parameter?: string;
            header?: string;
            /** @enum {string} */
            code: "unknown_field" | "invalid_type" | "not_nullable" | "too_long" | "invalid_format" | "invalid_character" | "id_mismatch" | "not_writable" | "not_grantable" | "out_of_range" | "required" | "taken" | "unknown_value" | "not_found" | "not_public";
            detail: string;
        };
        /** @description A field that someone else changed after the version that was edited. */
        Conflict: {
            pointer: string;
            /** @description The value at the version of Base-Version. */
            base: (string | null) | boolean;
            sent: (string | null) | boolean;
            current: (string | null) | boolean;
            /** Format: date-time */
            changed_at: string;
            /** @description The first characters of the API key that changed it last. */
            changed_by: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listUsers: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items per page.
                 * @example 20
                 */
                limit?: number;
                /**
                 * @description The `next_cursor` of the previous page. Use it with the same key and the same other parameters.
                 * @example WyIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiXQ.mZ5yTz0qkXo0Q2aJ
                 */
                cursor?: string;
                /**
                 * @description Only the user with this e-mail address, in any case.
                 * @example jsmith@example.com
                 */
                email?: string;
                /**
                 * @description Only users with this Stripe customer id.
                 * @example cus_NffrFeUfNV2Hib
                 */
                stripe_customer_id?: string;
                /**
                 * @description Only users who were created or changed at this time or later: an RFC 3339 date-time. Go back five minutes before your last run, because a change becomes visible after its time.
                 * @example 2026-11-23T00:00:00Z
                 */
                updated_since?: string;
            };
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {
                     *         "next_cursor": null,
                     *         "etags": [
                     *           "\"3\""
                     *         ]
                     *       },
                     *       "data": [
                     *         {
                     *           "first_name": "<string>",
                     *           "last_name": "<string>",
                     *           "email": "jsmith@example.com",
                     *           "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "is_active": true,
                     *           "is_superuser": false,
                     *           "birthdate": "2023-11-07T05:31:56Z",
                     *           "is_enterprise": false,
                     *           "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "phone": "<string>",
                     *           "state": "<string>",
                     *           "country": "<string>",
                     *           "address": "<string>",
                     *           "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "stripe_customer_id": "<string>",
                     *           "stripe_subscription_id": "<string>",
                     *           "stripe_subscription_status": "<string>",
                     *           "stripe_has_payment_method": false,
                     *           "is_trial": false,
                     *           "used_trial": false,
                     *           "is_paying": false,
                     *           "stripe_last_payment_date": "2023-11-07T05:31:56Z",
                     *           "billing_updated_at": "2023-11-07T05:31:56Z",
                     *           "last_credits_refresh": "2023-11-07T05:31:56Z",
                     *           "next_credits_refresh": "2023-11-07T05:31:56Z",
                     *           "follower_count": 0,
                     *           "following_count": 0
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: {
                            /** @description The cursor of the next page; null if there is none. */
                            next_cursor: string | null;
                            /** @description The ETags of the users, in the same order. */
                            etags: string[];
                        };
                        data: components["schemas"]["User"][];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A unique value for each new request, such as a UUID: 1 to 255 ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within 24 hours returns the first response with `Idempotency-Replayed: true` and has no other effect. For a user, successes, 403 `field_not_writable`, 409 `edit_conflict` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 `reference_not_found` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description `return=minimal`: the response is 204 without a body. `validate-only` (or `=true`): a dry run, which checks everything and writes nothing. `validate-only=false`: the update is applied. `atomic`, when many users are updated: if one update fails, none is made.
                 * @example return=minimal
                 */
                Prefer?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data validated successfully",
                     *       "meta": {
                     *         "validate_only": true
                     *       },
                     *       "data": {
                     *         "first_name": "<string>",
                     *         "last_name": "<string>",
                     *         "email": "jsmith@example.com",
                     *         "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "is_active": true,
                     *         "is_superuser": false,
                     *         "birthdate": "2023-11-07T05:31:56Z",
                     *         "is_enterprise": false,
                     *         "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "phone": "<string>",
                     *         "state": "<string>",
                     *         "country": "<string>",
                     *         "address": "<string>",
                     *         "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "stripe_customer_id": "<string>",
                     *         "stripe_subscription_id": "<string>",
                     *         "stripe_subscription_status": "<string>",
                     *         "stripe_has_payment_method": false,
                     *         "is_trial": false,
                     *         "used_trial": false,
                     *         "is_paying": false,
                     *         "stripe_last_payment_date": "2023-11-07T05:31:56Z",
                     *         "billing_updated_at": "2023-11-07T05:31:56Z",
                     *         "last_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "next_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "follower_count": 0,
                     *         "following_count": 0
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data validated successfully";
                        meta: {
                            /**
                             * @description Nothing was written.
                             * @constant
                             */
                            validate_only: true;
                        };
                        data: components["schemas"]["User"];
                    };
                };
            };
            /** @description 201 */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data created successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "first_name": "<string>",
                     *         "last_name": "<string>",
                     *         "email": "jsmith@example.com",
                     *         "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "is_active": true,
                     *         "is_superuser": false,
                     *         "birthdate": "2023-11-07T05:31:56Z",
                     *         "is_enterprise": false,
                     *         "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "phone": "<string>",
                     *         "state": "<string>",
                     *         "country": "<string>",
                     *         "address": "<string>",
                     *         "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "stripe_customer_id": "<string>",
                     *         "stripe_subscription_id": "<string>",
                     *         "stripe_subscription_status": "<string>",
                     *         "stripe_has_payment_method": false,
                     *         "is_trial": false,
                     *         "used_trial": false,
                     *         "is_paying": false,
                     *         "stripe_last_payment_date": "2023-11-07T05:31:56Z",
                     *         "billing_updated_at": "2023-11-07T05:31:56Z",
                     *         "last_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "next_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "follower_count": 0,
                     *         "following_count": 0
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data created successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["User"];
                    };
                };
            };
            /** @description 204 */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "field_not_writable";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "email_taken" | "user_exists" | "user_erased";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "reference_not_found" | "idempotency_key_reused";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    updateUsers: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `return=minimal`: the response is 204 without a body. `validate-only` (or `=true`): a dry run, which checks everything and writes nothing. `validate-only=false`: the update is applied. `atomic`, when many users are updated: if one update fails, none is made.
                 * @example return=minimal
                 */
                Prefer?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Batch processed",
                     *       "meta": {
                     *         "updated": 1,
                     *         "failed": 1
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "status": 200,
                     *           "etag": "\"8\""
                     *         },
                     *         {
                     *           "id": "5f0c8a52-6a5e-4a0c-9d57-0f4b1c0e7a11",
                     *           "status": 404,
                     *           "problem": {
                     *             "type": "https://api.example.com/docs/errors/user_not_found",
                     *             "title": "User not found",
                     *             "status": 404,
                     *             "detail": "Check the id: no user has it.",
                     *             "code": "user_not_found"
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Batch processed" | "Batch validated";
                        meta: {
                            /**
                             * Format: int32
                             * @description How many items succeeded.
                             */
                            updated: number;
                            /**
                             * Format: int32
                             * @description How many items have a `problem`.
                             */
                            failed: number;
                            /**
                             * @description Nothing was written.
                             * @constant
                             */
                            validate_only?: true;
                        };
                        data: components["schemas"]["BatchResult"][];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "batch_failed";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description One or more ETags of versions that the client has. If one is the current version, a read returns 304 without a body, and an update is refused with 412 `precondition_failed`.
                 * @example "7"
                 */
                "If-None-Match"?: string;
                /**
                 * @description One or more ETags, or `*` for any version. If none is the current version, the response is 412 `precondition_failed`. A weak ETag never matches.
                 * @example "7"
                 */
                "If-Match"?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "first_name": "<string>",
                     *         "last_name": "<string>",
                     *         "email": "jsmith@example.com",
                     *         "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "is_active": true,
                     *         "is_superuser": false,
                     *         "birthdate": "2023-11-07T05:31:56Z",
                     *         "is_enterprise": false,
                     *         "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "phone": "<string>",
                     *         "state": "<string>",
                     *         "country": "<string>",
                     *         "address": "<string>",
                     *         "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "stripe_customer_id": "<string>",
                     *         "stripe_subscription_id": "<string>",
                     *         "stripe_subscription_status": "<string>",
                     *         "stripe_has_payment_method": false,
                     *         "is_trial": false,
                     *         "used_trial": false,
                     *         "is_paying": false,
                     *         "stripe_last_payment_date": "2023-11-07T05:31:56Z",
                     *         "billing_updated_at": "2023-11-07T05:31:56Z",
                     *         "last_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "next_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "follower_count": 0,
                     *         "following_count": 0
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["User"];
                    };
                };
            };
            /** @description 304 */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description 412 */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description One or more ETags, or `*` for any version. If none is the current version, the response is 412 `precondition_failed`. A weak ETag never matches.
                 * @example "7"
                 */
                "If-Match"?: string;
                /**
                 * @description One or more ETags of versions that the client has. If one is the current version, a read returns 304 without a body, and an update is refused with 412 `precondition_failed`.
                 * @example "7"
                 */
                "If-None-Match"?: string;
                /**
                 * @description The ETag of the version that was edited. If other fields have changed since, the update is merged (`meta.merged_from`). If the same fields have changed, the response is 409 `edit_conflict` with both values. An erasure is never merged: there it means the same as If-Match. Reaches 100 versions back.
                 * @example "7"
                 */
                "Base-Version"?: string;
                /**
                 * @description A unique value for each new request, such as a UUID: 1 to 255 ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within 24 hours returns the first response with `Idempotency-Replayed: true` and has no other effect. For a user, successes, 403 `field_not_writable`, 409 `edit_conflict` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 `reference_not_found` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description `return=minimal`: the response is 204 without a body. `validate-only` (or `=true`): a dry run, which checks everything and writes nothing. `validate-only=false`: the update is applied. `atomic`, when many users are updated: if one update fails, none is made.
                 * @example return=minimal
                 */
                Prefer?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserUpdate"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data updated successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "first_name": "<string>",
                     *         "last_name": "<string>",
                     *         "email": "jsmith@example.com",
                     *         "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "is_active": true,
                     *         "is_superuser": false,
                     *         "birthdate": "2023-11-07T05:31:56Z",
                     *         "is_enterprise": false,
                     *         "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "phone": "<string>",
                     *         "state": "<string>",
                     *         "country": "<string>",
                     *         "address": "<string>",
                     *         "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "stripe_customer_id": "<string>",
                     *         "stripe_subscription_id": "<string>",
                     *         "stripe_subscription_status": "<string>",
                     *         "stripe_has_payment_method": false,
                     *         "is_trial": false,
                     *         "used_trial": false,
                     *         "is_paying": false,
                     *         "stripe_last_payment_date": "2023-11-07T05:31:56Z",
                     *         "billing_updated_at": "2023-11-07T05:31:56Z",
                     *         "last_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "next_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "follower_count": 0,
                     *         "following_count": 0
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data updated successfully" | "Data validated successfully";
                        meta: {
                            /**
                             * Format: int32
                             * @description The Base-Version, if the update was merged with later changes.
                             */
                            merged_from?: number;
                            /**
                             * @description Nothing was written.
                             * @constant
                             */
                            validate_only?: true;
                        };
                        data: components["schemas"]["User"];
                    };
                };
            };
            /** @description 204 */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "field_not_writable";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "edit_conflict" | "email_taken";
                    };
                };
            };
            /** @description 412 */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "reference_not_found" | "idempotency_key_reused";
                    };
                };
            };
            /** @description 428 */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_required";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    eraseUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description One or more ETags, or `*` for any version. If none is the current version, the response is 412 `precondition_failed`. A weak ETag never matches.
                 * @example "7"
                 */
                "If-Match"?: string;
                /**
                 * @description The ETag of the version that was edited. If other fields have changed since, the update is merged (`meta.merged_from`). If the same fields have changed, the response is 409 `edit_conflict` with both values. An erasure is never merged: there it means the same as If-Match. Reaches 100 versions back.
                 * @example "7"
                 */
                "Base-Version"?: string;
                /**
                 * @description A unique value for each new request, such as a UUID: 1 to 255 ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within 24 hours returns the first response with `Idempotency-Replayed: true` and has no other effect. For a user, successes, 403 `field_not_writable`, 409 `edit_conflict` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 `reference_not_found` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description `return=minimal`: the response is 204 without a body. `validate-only` (or `=true`): a dry run, which checks everything and writes nothing. `validate-only=false`: the update is applied. `atomic`, when many users are updated: if one update fails, none is made.
                 * @example return=minimal
                 */
                Prefer?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 204 */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "last_superuser";
                    };
                };
            };
            /** @description 412 */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "idempotency_key_reused";
                    };
                };
            };
            /** @description 428 */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_required";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    patchUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description One or more ETags, or `*` for any version. If none is the current version, the response is 412 `precondition_failed`. A weak ETag never matches.
                 * @example "7"
                 */
                "If-Match"?: string;
                /**
                 * @description One or more ETags of versions that the client has. If one is the current version, a read returns 304 without a body, and an update is refused with 412 `precondition_failed`.
                 * @example "7"
                 */
                "If-None-Match"?: string;
                /**
                 * @description The ETag of the version that was edited. If other fields have changed since, the update is merged (`meta.merged_from`). If the same fields have changed, the response is 409 `edit_conflict` with both values. An erasure is never merged: there it means the same as If-Match. Reaches 100 versions back.
                 * @example "7"
                 */
                "Base-Version"?: string;
                /**
                 * @description A unique value for each new request, such as a UUID: 1 to 255 ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within 24 hours returns the first response with `Idempotency-Replayed: true` and has no other effect. For a user, successes, 403 `field_not_writable`, 409 `edit_conflict` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 `reference_not_found` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description `return=minimal`: the response is 204 without a body. `validate-only` (or `=true`): a dry run, which checks everything and writes nothing. `validate-only=false`: the update is applied. `atomic`, when many users are updated: if one update fails, none is made.
                 * @example return=minimal
                 */
                Prefer?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["UserUpdate"];
                "application/json": components["schemas"]["UserUpdate"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data updated successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "first_name": "<string>",
                     *         "last_name": "<string>",
                     *         "email": "jsmith@example.com",
                     *         "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "is_active": true,
                     *         "is_superuser": false,
                     *         "birthdate": "2023-11-07T05:31:56Z",
                     *         "is_enterprise": false,
                     *         "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "phone": "<string>",
                     *         "state": "<string>",
                     *         "country": "<string>",
                     *         "address": "<string>",
                     *         "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "stripe_customer_id": "<string>",
                     *         "stripe_subscription_id": "<string>",
                     *         "stripe_subscription_status": "<string>",
                     *         "stripe_has_payment_method": false,
                     *         "is_trial": false,
                     *         "used_trial": false,
                     *         "is_paying": false,
                     *         "stripe_last_payment_date": "2023-11-07T05:31:56Z",
                     *         "billing_updated_at": "2023-11-07T05:31:56Z",
                     *         "last_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "next_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "follower_count": 0,
                     *         "following_count": 0
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data updated successfully" | "Data validated successfully";
                        meta: {
                            /**
                             * Format: int32
                             * @description The Base-Version, if the update was merged with later changes.
                             */
                            merged_from?: number;
                            /**
                             * @description Nothing was written.
                             * @constant
                             */
                            validate_only?: true;
                        };
                        data: components["schemas"]["User"];
                    };
                };
            };
            /** @description 204 */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "field_not_writable";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "edit_conflict" | "email_taken";
                    };
                };
            };
            /** @description 412 */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "reference_not_found" | "idempotency_key_reused";
                    };
                };
            };
            /** @description 428 */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_required";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    listChanges: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items per page.
                 * @example 20
                 */
                limit?: number;
                /**
                 * @description The `next_cursor` of the previous page. Use it with the same key and the same other parameters.
                 * @example WyIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiXQ.mZ5yTz0qkXo0Q2aJ
                 */
                cursor?: string;
            };
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {
                     *         "next_cursor": null
                     *       },
                     *       "data": [
                     *         {
                     *           "version": 3,
                     *           "changed_by": "in-4fQ9xZ",
                     *           "request_id": "checkout-4711",
                     *           "reverts": null,
                     *           "changed_at": "2026-11-23T17:05:31.25Z",
                     *           "fields": {
                     *             "phone": {
                     *               "before": null,
                     *               "after": "+44 20 7946 0000"
                     *             }
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: {
                            /** @description The cursor of the next page; null if there is none. */
                            next_cursor: string | null;
                        };
                        data: components["schemas"]["Change"][];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description One or more ETags of versions that the client has. If one is the current version, a read returns 304 without a body, and an update is refused with 412 `precondition_failed`.
                 * @example "7"
                 */
                "If-None-Match"?: string;
                /**
                 * @description One or more ETags, or `*` for any version. If none is the current version, the response is 412 `precondition_failed`. A weak ETag never matches.
                 * @example "7"
                 */
                "If-Match"?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id: string;
                /**
                 * @description The version, which is the number in its ETag.
                 * @example 1
                 */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "first_name": "<string>",
                     *         "last_name": "<string>",
                     *         "email": "jsmith@example.com",
                     *         "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "is_active": true,
                     *         "is_superuser": false,
                     *         "birthdate": "2023-11-07T05:31:56Z",
                     *         "is_enterprise": false,
                     *         "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "phone": "<string>",
                     *         "state": "<string>",
                     *         "country": "<string>",
                     *         "address": "<string>",
                     *         "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "stripe_customer_id": "<string>",
                     *         "stripe_subscription_id": "<string>",
                     *         "stripe_subscription_status": "<string>",
                     *         "stripe_has_payment_method": false,
                     *         "is_trial": false,
                     *         "used_trial": false,
                     *         "is_paying": false,
                     *         "stripe_last_payment_date": "2023-11-07T05:31:56Z",
                     *         "billing_updated_at": "2023-11-07T05:31:56Z",
                     *         "last_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "next_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "follower_count": 0,
                     *         "following_count": 0
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["User"];
                    };
                };
            };
            /** @description 304 */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found" | "version_not_found";
                    };
                };
            };
            /** @description 412 */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    revertUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description One or more ETags, or `*` for any version. If none is the current version, the response is 412 `precondition_failed`. A weak ETag never matches.
                 * @example "7"
                 */
                "If-Match"?: string;
                /**
                 * @description One or more ETags of versions that the client has. If one is the current version, a read returns 304 without a body, and an update is refused with 412 `precondition_failed`.
                 * @example "7"
                 */
                "If-None-Match"?: string;
                /**
                 * @description The ETag of the version that was edited. If other fields have changed since, the update is merged (`meta.merged_from`). If the same fields have changed, the response is 409 `edit_conflict` with both values. An erasure is never merged: there it means the same as If-Match. Reaches 100 versions back.
                 * @example "7"
                 */
                "Base-Version"?: string;
                /**
                 * @description A unique value for each new request, such as a UUID: 1 to 255 ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within 24 hours returns the first response with `Idempotency-Replayed: true` and has no other effect. For a user, successes, 403 `field_not_writable`, 409 `edit_conflict` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 `reference_not_found` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description `return=minimal`: the response is 204 without a body. `validate-only` (or `=true`): a dry run, which checks everything and writes nothing. `validate-only=false`: the update is applied. `atomic`, when many users are updated: if one update fails, none is made.
                 * @example return=minimal
                 */
                Prefer?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Revert"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data updated successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "first_name": "<string>",
                     *         "last_name": "<string>",
                     *         "email": "jsmith@example.com",
                     *         "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "is_active": true,
                     *         "is_superuser": false,
                     *         "birthdate": "2023-11-07T05:31:56Z",
                     *         "is_enterprise": false,
                     *         "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "phone": "<string>",
                     *         "state": "<string>",
                     *         "country": "<string>",
                     *         "address": "<string>",
                     *         "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "stripe_customer_id": "<string>",
                     *         "stripe_subscription_id": "<string>",
                     *         "stripe_subscription_status": "<string>",
                     *         "stripe_has_payment_method": false,
                     *         "is_trial": false,
                     *         "used_trial": false,
                     *         "is_paying": false,
                     *         "stripe_last_payment_date": "2023-11-07T05:31:56Z",
                     *         "billing_updated_at": "2023-11-07T05:31:56Z",
                     *         "last_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "next_credits_refresh": "2023-11-07T05:31:56Z",
                     *         "follower_count": 0,
                     *         "following_count": 0
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data updated successfully" | "Data validated successfully";
                        meta: {
                            /**
                             * Format: int32
                             * @description The Base-Version, if the update was merged with later changes.
                             */
                            merged_from?: number;
                            /**
                             * @description Nothing was written.
                             * @constant
                             */
                            validate_only?: true;
                        };
                        data: components["schemas"]["User"];
                    };
                };
            };
            /** @description 204 */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "field_not_writable";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found" | "version_not_found";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "edit_conflict" | "email_taken";
                    };
                };
            };
            /** @description 412 */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "reference_not_found" | "idempotency_key_reused";
                    };
                };
            };
            /** @description 428 */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_required";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    exportUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "profile": {
                     *           "first_name": "<string>",
                     *           "last_name": "<string>",
                     *           "email": "jsmith@example.com",
                     *           "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "is_active": true,
                     *           "is_superuser": false,
                     *           "birthdate": "2023-11-07T05:31:56Z",
                     *           "is_enterprise": false,
                     *           "role_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "phone": "<string>",
                     *           "state": "<string>",
                     *           "country": "<string>",
                     *           "address": "<string>",
                     *           "active_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "next_billing_plan_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "stripe_customer_id": "<string>",
                     *           "stripe_subscription_id": "<string>",
                     *           "stripe_subscription_status": "<string>",
                     *           "stripe_has_payment_method": false,
                     *           "is_trial": false,
                     *           "used_trial": false,
                     *           "is_paying": false,
                     *           "stripe_last_payment_date": "2023-11-07T05:31:56Z",
                     *           "billing_updated_at": "2023-11-07T05:31:56Z",
                     *           "last_credits_refresh": "2023-11-07T05:31:56Z",
                     *           "next_credits_refresh": "2023-11-07T05:31:56Z",
                     *           "follower_count": 0,
                     *           "following_count": 0
                     *         },
                     *         "version": 3,
                     *         "created_at": "2026-11-20T09:12:04Z",
                     *         "updated_at": "2026-11-23T17:05:31.25Z",
                     *         "changes": [
                     *           {
                     *             "version": 3,
                     *             "changed_by": "in-4fQ9xZ",
                     *             "request_id": "checkout-4711",
                     *             "reverts": null,
                     *             "changed_at": "2026-11-23T17:05:31.25Z",
                     *             "fields": {
                     *               "phone": {
                     *                 "before": null,
                     *                 "after": "+44 20 7946 0000"
                     *               }
                     *             }
                     *           }
                     *         ],
                     *         "keys": [],
                     *         "key_events": [],
                     *         "identities": [],
                     *         "sessions": [],
                     *         "webhooks": []
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["Export"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    listFeed: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items per page.
                 * @example 20
                 */
                limit?: number;
                /**
                 * @description The `next_cursor` of the page before, or `latest` for a cursor from which only later changes follow.
                 * @example latest
                 */
                after?: string;
                /**
                 * @description Only changes of this user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id?: string;
                /**
                 * @description Only changes of these types, with commas between them.
                 * @example user.created,user.erased
                 */
                types?: string;
                /**
                 * @description Only changes of at least one of these fields, with commas between them, and erasures. A change is shown with all its fields.
                 * @example email,phone
                 */
                fields?: string;
            };
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {
                     *         "next_cursor": "WzEsIjc2MTIiLCIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiLDNd.mZ5yTz0qkXo0Q2aJ",
                     *         "has_more": false,
                     *         "lag_seconds": 0
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "019ac3f0-4c1e-7d3a-9f0b-5a2e6f1c8d34",
                     *           "type": "user.updated",
                     *           "timestamp": "2026-11-23T17:05:31.25Z",
                     *           "data": {
                     *             "user_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *             "version": 3,
                     *             "changed_by": "in-4fQ9xZ",
                     *             "request_id": "checkout-4711",
                     *             "reverts": null,
                     *             "changed_at": "2026-11-23T17:05:31.25Z",
                     *             "fields": {
                     *               "phone": {
                     *                 "before": null,
                     *                 "after": "+44 20 7946 0000"
                     *               }
                     *             }
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: {
                            /** @description Where to go on. It moves on even if the page is empty. */
                            next_cursor: string;
                            /** @description Whether to get the next page at once; if false, later. */
                            has_more: boolean;
                            /** @description For how long the oldest change has been stored that no page has yet. It rises while a transaction of the database stays open. */
                            lag_seconds: number;
                        };
                        data: components["schemas"]["FeedChange"][];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 410 */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cursor_expired";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items per page.
                 * @example 20
                 */
                limit?: number;
                /**
                 * @description The `next_cursor` of the previous page. Use it with the same key and the same other parameters.
                 * @example WyIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiXQ.mZ5yTz0qkXo0Q2aJ
                 */
                cursor?: string;
                /**
                 * @description Only keys in this state.
                 * @example active
                 */
                state?: "active" | "expired" | "revoked";
            };
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {
                     *         "next_cursor": null
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                     *           "owner_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "name": "Checkout",
                     *           "description": "The shop writes addresses with it",
                     *           "role": "profile",
                     *           "scopes": [
                     *             "user:read",
                     *             "user:write"
                     *           ],
                     *           "prefix": "in-4fQ9xZ",
                     *           "created_at": "2026-11-23T17:05:31.25Z",
                     *           "expires_at": null,
                     *           "revoked_at": null,
                     *           "last_used_at": "2026-11-23T18:00:00Z",
                     *           "last_used_country": "DE",
                     *           "last_used_network": "Example Hosting",
                     *           "require_precondition": false,
                     *           "allowed_ips": null,
                     *           "fields": null,
                     *           "short_lived": false,
                     *           "replaces": null,
                     *           "replaced_by": null,
                     *           "until_first_use": false,
                     *           "state": "active"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: {
                            /** @description The cursor of the next page; null if there is none. */
                            next_cursor: string | null;
                        };
                        data: components["schemas"]["ApiKey"][];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A unique value for each new request, such as a UUID: 1 to 255 ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within 24 hours returns the first response with `Idempotency-Replayed: true` and has no other effect. For a user, successes, 403 `field_not_writable`, 409 `edit_conflict` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 `reference_not_found` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyDraft"];
            };
        };
        responses: {
            /** @description 201 */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Key created successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                     *         "owner_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "name": "Checkout",
                     *         "description": "The shop writes addresses with it",
                     *         "role": "profile",
                     *         "scopes": [
                     *           "user:read",
                     *           "user:write"
                     *         ],
                     *         "prefix": "in-4fQ9xZ",
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "expires_at": null,
                     *         "revoked_at": null,
                     *         "last_used_at": null,
                     *         "last_used_country": "DE",
                     *         "last_used_network": "Example Hosting",
                     *         "require_precondition": false,
                     *         "allowed_ips": null,
                     *         "fields": null,
                     *         "short_lived": false,
                     *         "replaces": null,
                     *         "replaced_by": null,
                     *         "until_first_use": false,
                     *         "state": "active",
                     *         "key": "in-EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Key created successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["NewApiKey"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_keys" | "key_already_used";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "idempotency_key_reused";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    createAppKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A unique value for each new request, such as a UUID: 1 to 255 ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within 24 hours returns the first response with `Idempotency-Replayed: true` and has no other effect. For a user, successes, 403 `field_not_writable`, 409 `edit_conflict` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 `reference_not_found` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the user.
                 * @example 3c90c3cc-0d44-4b50-8888-8dd25736052a
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppKeyDraft"];
            };
        };
        responses: {
            /** @description 201 */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Key created successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                     *         "owner_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "name": "Short-lived key",
                     *         "description": "",
                     *         "role": "profile",
                     *         "scopes": [
                     *           "user:read",
                     *           "user:write"
                     *         ],
                     *         "prefix": "in-4fQ9xZ",
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "expires_at": "2026-11-23T18:05:31.25Z",
                     *         "revoked_at": null,
                     *         "last_used_at": null,
                     *         "last_used_country": "DE",
                     *         "last_used_network": "Example Hosting",
                     *         "require_precondition": false,
                     *         "allowed_ips": null,
                     *         "fields": null,
                     *         "short_lived": true,
                     *         "replaces": null,
                     *         "replaced_by": null,
                     *         "until_first_use": false,
                     *         "state": "active",
                     *         "key": "in-EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Key created successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["NewApiKey"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_keys" | "key_already_used";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "idempotency_key_reused";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    getOwnKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                     *         "owner_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "name": "Checkout",
                     *         "description": "The shop writes addresses with it",
                     *         "role": "profile",
                     *         "scopes": [
                     *           "user:read",
                     *           "user:write"
                     *         ],
                     *         "prefix": "in-4fQ9xZ",
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "expires_at": null,
                     *         "revoked_at": null,
                     *         "last_used_at": "2026-11-23T18:00:00Z",
                     *         "last_used_country": "DE",
                     *         "last_used_network": "Example Hosting",
                     *         "require_precondition": false,
                     *         "allowed_ips": null,
                     *         "fields": null,
                     *         "short_lived": false,
                     *         "replaces": null,
                     *         "replaced_by": null,
                     *         "until_first_use": false,
                     *         "state": "active",
                     *         "scopes_now": [
                     *           "user:read",
                     *           "user:write"
                     *         ],
                     *         "writable_fields": [
                     *           "first_name",
                     *           "last_name"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["OwnApiKey"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    rotateOwnKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A unique value for each new request, such as a UUID: 1 to 255 ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within 24 hours returns the first response with `Idempotency-Replayed: true` and has no other effect. For a user, successes, 403 `field_not_writable`, 409 `edit_conflict` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 `reference_not_found` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rotation"];
            };
        };
        responses: {
            /** @description 201 */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Key rotated successfully",
                     *       "meta": {
                     *         "replaced": {
                     *           "id": "0d9c1f0e-3f6b-4c57-9a36-2f6a3a0f7f11",
                     *           "expires_at": "2026-11-24T05:05:31Z",
                     *           "until_first_use": true
                     *         }
                     *       },
                     *       "data": {
                     *         "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                     *         "owner_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "name": "Checkout",
                     *         "description": "The shop writes addresses with it",
                     *         "role": "profile",
                     *         "scopes": [
                     *           "user:read",
                     *           "user:write"
                     *         ],
                     *         "prefix": "in-4fQ9xZ",
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "expires_at": null,
                     *         "revoked_at": null,
                     *         "last_used_at": null,
                     *         "last_used_country": "DE",
                     *         "last_used_network": "Example Hosting",
                     *         "require_precondition": false,
                     *         "allowed_ips": null,
                     *         "fields": null,
                     *         "short_lived": false,
                     *         "replaces": null,
                     *         "replaced_by": null,
                     *         "until_first_use": false,
                     *         "state": "active",
                     *         "key": "in-EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Key rotated successfully";
                        meta: {
                            replaced: components["schemas"]["ReplacedKey"];
                        };
                        data: components["schemas"]["NewApiKey"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_keys" | "key_already_used";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "idempotency_key_reused";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    reportKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Report"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "If this was an active key, it has been revoked",
                     *       "meta": {},
                     *       "data": null
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "If this was an active key, it has been revoked";
                        meta: Record<string, never>;
                        /** @description Always null. */
                        data: Record<string, never> | null;
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the key, from the list of keys.
                 * @example f47ac10b-58cc-4372-a567-0e02b2c3d479
                 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                     *         "owner_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "name": "Checkout",
                     *         "description": "The shop writes addresses with it",
                     *         "role": "profile",
                     *         "scopes": [
                     *           "user:read",
                     *           "user:write"
                     *         ],
                     *         "prefix": "in-4fQ9xZ",
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "expires_at": null,
                     *         "revoked_at": null,
                     *         "last_used_at": "2026-11-23T18:00:00Z",
                     *         "last_used_country": "DE",
                     *         "last_used_network": "Example Hosting",
                     *         "require_precondition": false,
                     *         "allowed_ips": null,
                     *         "fields": null,
                     *         "short_lived": false,
                     *         "replaces": null,
                     *         "replaced_by": null,
                     *         "until_first_use": false,
                     *         "state": "active"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["ApiKey"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "key_not_found";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the key, from the list of keys.
                 * @example f47ac10b-58cc-4372-a567-0e02b2c3d479
                 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Key revoked successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                     *         "owner_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "name": "Checkout",
                     *         "description": "The shop writes addresses with it",
                     *         "role": "profile",
                     *         "scopes": [
                     *           "user:read",
                     *           "user:write"
                     *         ],
                     *         "prefix": "in-4fQ9xZ",
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "expires_at": null,
                     *         "revoked_at": "2026-11-23T18:05:00Z",
                     *         "last_used_at": "2026-11-23T18:00:00Z",
                     *         "last_used_country": "DE",
                     *         "last_used_network": "Example Hosting",
                     *         "require_precondition": false,
                     *         "allowed_ips": null,
                     *         "fields": null,
                     *         "short_lived": false,
                     *         "replaces": null,
                     *         "replaced_by": null,
                     *         "until_first_use": false,
                     *         "state": "revoked"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Key revoked successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["ApiKey"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "key_not_found";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    updateKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the key, from the list of keys.
                 * @example f47ac10b-58cc-4372-a567-0e02b2c3d479
                 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["KeyUpdate"];
                "application/json": components["schemas"]["KeyUpdate"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Key updated successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                     *         "owner_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "name": "Checkout, until March",
                     *         "description": "The shop writes addresses with it",
                     *         "role": "profile",
                     *         "scopes": [
                     *           "user:read",
                     *           "user:write"
                     *         ],
                     *         "prefix": "in-4fQ9xZ",
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "expires_at": null,
                     *         "revoked_at": null,
                     *         "last_used_at": "2026-11-23T18:00:00Z",
                     *         "last_used_country": "DE",
                     *         "last_used_network": "Example Hosting",
                     *         "require_precondition": false,
                     *         "allowed_ips": null,
                     *         "fields": null,
                     *         "short_lived": false,
                     *         "replaces": null,
                     *         "replaced_by": null,
                     *         "until_first_use": false,
                     *         "state": "active"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Key updated successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["ApiKey"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "key_not_found";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "key_not_live";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A unique value for each new request, such as a UUID: 1 to 255 ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within 24 hours returns the first response with `Idempotency-Replayed: true` and has no other effect. For a user, successes, 403 `field_not_writable`, 409 `edit_conflict` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 `reference_not_found` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the key, from the list of keys.
                 * @example f47ac10b-58cc-4372-a567-0e02b2c3d479
                 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rotation"];
            };
        };
        responses: {
            /** @description 201 */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Key rotated successfully",
                     *       "meta": {
                     *         "replaced": {
                     *           "id": "0d9c1f0e-3f6b-4c57-9a36-2f6a3a0f7f11",
                     *           "expires_at": "2026-11-24T05:05:31Z",
                     *           "until_first_use": true
                     *         }
                     *       },
                     *       "data": {
                     *         "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                     *         "owner_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *         "name": "Checkout",
                     *         "description": "The shop writes addresses with it",
                     *         "role": "profile",
                     *         "scopes": [
                     *           "user:read",
                     *           "user:write"
                     *         ],
                     *         "prefix": "in-4fQ9xZ",
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "expires_at": null,
                     *         "revoked_at": null,
                     *         "last_used_at": null,
                     *         "last_used_country": "DE",
                     *         "last_used_network": "Example Hosting",
                     *         "require_precondition": false,
                     *         "allowed_ips": null,
                     *         "fields": null,
                     *         "short_lived": false,
                     *         "replaces": null,
                     *         "replaced_by": null,
                     *         "until_first_use": false,
                     *         "state": "active",
                     *         "key": "in-EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Key rotated successfully";
                        meta: {
                            replaced: components["schemas"]["ReplacedKey"];
                        };
                        data: components["schemas"]["NewApiKey"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "key_not_found";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "key_not_live" | "too_many_keys" | "key_already_used";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "idempotency_key_reused";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    exchangeToken: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "in-EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE",
                     *       "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
                     *       "token_type": "Bearer",
                     *       "expires_in": 3600,
                     *       "scope": "user:read user:write",
                     *       "user_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a"
                     *     }
                     */
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "invalid_token_request" | "invalid_id_token" | "unknown_identity";
                        /**
                         * @description For OAuth clients (RFC 6749, section 5.2), which read no `code`.
                         * @enum {string}
                         */
                        error?: "invalid_request" | "invalid_scope" | "unsupported_grant_type";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "owner_inactive";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "token_exchange_disabled";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_keys";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "provider_unavailable" | "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {},
                     *       "data": [
                     *         {
                     *           "id": "5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24",
                     *           "url": "https://hooks.example.com/profiles",
                     *           "description": "Keeps the CRM up to date",
                     *           "types": null,
                     *           "fields": [
                     *             "email",
                     *             "phone"
                     *           ],
                     *           "all_users": true,
                     *           "state": "active",
                     *           "paused_reason": null,
                     *           "blocked_by": null,
                     *           "cursor": "WzEsIjc2MTIiLCIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiLDNd.mZ5yTz0qkXo0Q2aJ",
                     *           "previous_secret_ends_at": null,
                     *           "created_at": "2026-11-23T17:05:31.25Z",
                     *           "updated_at": "2026-11-23T17:05:31.25Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["Webhook"][];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description 201 */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Webhook created successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24",
                     *         "url": "https://hooks.example.com/profiles",
                     *         "description": "Keeps the CRM up to date",
                     *         "types": null,
                     *         "fields": [
                     *           "email",
                     *           "phone"
                     *         ],
                     *         "all_users": true,
                     *         "state": "active",
                     *         "paused_reason": null,
                     *         "blocked_by": null,
                     *         "cursor": "WzEsIjc2MTIiLCIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiLDNd.mZ5yTz0qkXo0Q2aJ",
                     *         "previous_secret_ends_at": null,
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "updated_at": "2026-11-23T17:05:31.25Z",
                     *         "secret": "whsec_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE="
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Webhook created successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["WebhookWithSecret"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 409 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_webhooks";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the webhook.
                 * @example 5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24
                 */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24",
                     *         "url": "https://hooks.example.com/profiles",
                     *         "description": "Keeps the CRM up to date",
                     *         "types": null,
                     *         "fields": [
                     *           "email",
                     *           "phone"
                     *         ],
                     *         "all_users": true,
                     *         "state": "active",
                     *         "paused_reason": null,
                     *         "blocked_by": null,
                     *         "cursor": "WzEsIjc2MTIiLCIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiLDNd.mZ5yTz0qkXo0Q2aJ",
                     *         "previous_secret_ends_at": null,
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "updated_at": "2026-11-23T17:05:31.25Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["Webhook"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the webhook.
                 * @example 5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24
                 */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 204 */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the webhook.
                 * @example 5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24
                 */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookUpdate"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Webhook updated successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24",
                     *         "url": "https://hooks.example.com/profiles",
                     *         "description": "Keeps the CRM up to date",
                     *         "types": null,
                     *         "fields": [
                     *           "email",
                     *           "phone"
                     *         ],
                     *         "all_users": true,
                     *         "state": "active",
                     *         "paused_reason": null,
                     *         "blocked_by": null,
                     *         "cursor": "WzEsIjc2MTIiLCIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiLDNd.mZ5yTz0qkXo0Q2aJ",
                     *         "previous_secret_ends_at": null,
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "updated_at": "2026-11-23T17:05:31.25Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Webhook updated successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["Webhook"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the webhook.
                 * @example 5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24
                 */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description 201 */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Secret rotated successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24",
                     *         "url": "https://hooks.example.com/profiles",
                     *         "description": "Keeps the CRM up to date",
                     *         "types": null,
                     *         "fields": [
                     *           "email",
                     *           "phone"
                     *         ],
                     *         "all_users": true,
                     *         "state": "active",
                     *         "paused_reason": null,
                     *         "blocked_by": null,
                     *         "cursor": "WzEsIjc2MTIiLCIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiLDNd.mZ5yTz0qkXo0Q2aJ",
                     *         "previous_secret_ends_at": "2026-11-24T17:05:31.25Z",
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "updated_at": "2026-11-23T17:05:31.25Z",
                     *         "secret": "whsec_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE="
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Secret rotated successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["WebhookWithSecret"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the webhook.
                 * @example 5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24
                 */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Test event sent",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "019ac3f0-4c1e-7d3a-9f0b-5a2e6f1c8d34",
                     *         "type": "webhook.test",
                     *         "user_id": null,
                     *         "version": null,
                     *         "attempt": 1,
                     *         "attempted_at": "2026-11-23T17:05:38Z",
                     *         "duration_ms": 182,
                     *         "status": 500,
                     *         "error": "Status 500.",
                     *         "response": "Internal Server Error",
                     *         "skipped_at": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Test event sent";
                        meta: Record<string, never>;
                        data: components["schemas"]["WebhookAttempt"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the webhook.
                 * @example 5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24
                 */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {},
                     *       "data": [
                     *         {
                     *           "id": "019ac3f0-4c1e-7d3a-9f0b-5a2e6f1c8d34",
                     *           "type": "user.updated",
                     *           "user_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "version": 3,
                     *           "attempt": 2,
                     *           "attempted_at": "2026-11-23T17:05:38Z",
                     *           "duration_ms": 182,
                     *           "status": 500,
                     *           "error": "Status 500.",
                     *           "response": "Internal Server Error",
                     *           "skipped_at": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["WebhookAttempt"][];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    replayWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the webhook.
                 * @example 5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24
                 */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Replay"];
            };
        };
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Webhook moved successfully",
                     *       "meta": {},
                     *       "data": {
                     *         "id": "5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24",
                     *         "url": "https://hooks.example.com/profiles",
                     *         "description": "Keeps the CRM up to date",
                     *         "types": null,
                     *         "fields": [
                     *           "email",
                     *           "phone"
                     *         ],
                     *         "all_users": true,
                     *         "state": "active",
                     *         "paused_reason": null,
                     *         "blocked_by": null,
                     *         "cursor": "WzEsIjc2MTIiLCIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiLDNd.mZ5yTz0qkXo0Q2aJ",
                     *         "previous_secret_ends_at": null,
                     *         "created_at": "2026-11-23T17:05:31.25Z",
                     *         "updated_at": "2026-11-23T17:05:31.25Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Webhook moved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["Webhook"];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope" | "cross_origin_request";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 410 */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cursor_expired";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "database_busy";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    listSkipped: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path: {
                /**
                 * @description The id of the webhook.
                 * @example 5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24
                 */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Data retrieved successfully",
                     *       "meta": {},
                     *       "data": [
                     *         {
                     *           "id": "019ac3f0-4c1e-7d3a-9f0b-5a2e6f1c8d34",
                     *           "type": "user.updated",
                     *           "user_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
                     *           "version": 3,
                     *           "attempt": 11,
                     *           "attempted_at": "2026-11-23T17:05:38Z",
                     *           "duration_ms": 182,
                     *           "status": 500,
                     *           "error": "Status 500.",
                     *           "response": "Internal Server Error",
                     *           "skipped_at": "2026-11-23T23:05:38Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        message: "Data retrieved successfully";
                        meta: Record<string, never>;
                        data: components["schemas"]["WebhookAttempt"][];
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "conflicting_credentials";
                    };
                };
            };
            /** @description 401 */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_api_key" | "invalid_api_key" | "expired_api_key" | "revoked_api_key" | "not_signed_in";
                    };
                };
            };
            /** @description 403 */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "address_not_allowed" | "owner_inactive" | "insufficient_scope";
                    };
                };
            };
            /** @description 404 */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 200 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
    sendFeedback: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.
                 * @example 5
                 */
                "Request-Timeout"?: number;
                /**
                 * @description Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.
                 * @example checkout-4711
                 */
                "X-Request-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Feedback"];
            };
        };
        responses: {
            /** @description 204 */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 400 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "malformed_header" | "malformed_json";
                    };
                };
            };
            /** @description 408 */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description 413 */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description 415 */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description 422 */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description 429 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description 500 */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 503 */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
            /** @description 504 */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "outcome_unknown";
                        /** @enum {string} */
                        outcome: "not_applied" | "unknown";
                    };
                };
            };
        };
    };
}
