import { PLACEHOLDERS } from './highlight.ts';
import { type Html, html } from './html.ts';

/**
 * Fields for the values that are filled into all examples of the page. They need the script, which shows
 * them. They have no form and no name, so a browser cannot submit them.
 */
export const ownValues = ({ open = false } = {}): Html =>
  html`<details class="own" hidden${open && html` open`}><summary>Use your own values in the examples</summary>
<div class="own-fields">
<div class="field"><label for="key">Your API key</label><input id="key" class="mono" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="in-…" aria-describedby="key-hint key-error"><p class="error" id="key-error" role="alert"></p></div>
<div class="field"><label for="user">Your user id</label><input id="user" class="mono" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="${PLACEHOLDERS.user}" aria-describedby="user-error"><p class="error" id="user-error" role="alert"></p></div>
<p class="hint" id="key-hint">They are filled into every example on this page. They stay in the memory of this page until you reload or leave it, and are sent only when you try a request.</p>
</div></details>`;

/** Chooses where the examples of the reference send the key; works without a script. */
export const keyPlace = html`<fieldset class="place"><legend>The examples send the key</legend>
<span><input type="radio" name="place" id="place-header" checked><label for="place-header">in the header <code>Authorization</code></label></span>
<span><input type="radio" name="place" id="place-query"><label for="place-query">in the query, <code>?api_key=</code></label></span>
</fieldset>`;
