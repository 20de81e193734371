// A request under an Idempotency-Key takes effect once: update_user records what it came to, in the
// same transaction. Two twins that run at once do not see each other's record. Both therefore try to
// insert theirs, whatever they came to, and the primary key aborts the loser with all it did. It is
// run once more then, and finds the record of the winner.

/** The constraint that aborts the loser of two twins. */
export const TWIN = 'idempotency_records_pkey';
