// Every environment variable that the program looks at, and what it does.

/** In the order in which a reader would want them. A flag comes before its variable, and that before the profile. */
export const environmentVariables: Readonly<Record<string, string>> = {
  ORB_API_KEY: 'the API key; comes before the key that a profile keeps',
  ORB_BASE_URL: 'another host that speaks the contract; https, or http on this machine',
  ORB_WEBHOOK_SECRET: 'the secret of webhooks, which is masked wherever it would be shown',
  HTTPS_PROXY: 'the proxy to the API, such as http://proxy.example:3128; https_proxy comes first',
  HTTP_PROXY: 'stands in for HTTPS_PROXY; http_proxy comes first',
  ALL_PROXY: 'not used; a password in it is masked wherever it would be shown',
  NO_PROXY: 'hosts that are asked without a proxy, with all below them, or *; no_proxy comes first',
  NODE_EXTRA_CA_CERTS: 'a PEM file with certificates to trust beside those that Node knows',
  CREDITCTL_PROFILE: 'the profile in use; --profile comes first',
  CREDITCTL_CONFIG_DIR:
    'folder of configuration and keys, a path from the root, else $XDG_CONFIG_HOME/creditctl',
  CREDITCTL_STATE_DIR:
    'folder of journals and the embedded ledger, a path from the root, else $XDG_STATE_HOME/creditctl',
  CREDITCTL_SANDBOX_DB: 'database file of the embedded ledger; --db comes first',
  CREDITCTL_SANDBOX_KEY: 'the key that clients of "sandbox serve" present',
  XDG_CONFIG_HOME: 'where configuration lives, else ~/.config; a relative path is ignored',
  XDG_STATE_HOME: 'where state lives, else ~/.local/state; a relative path is ignored',
  HOME: "the home folder below which both lie; the system's own list counts where it is empty or relative",
  NO_COLOR: 'no colour, if it is not empty',
  FORCE_COLOR: 'colour even where the terminal seems to have none; 0 or false for no colour',
  TERM: 'dumb: no colour, and questions that are answered line by line',
  LC_ALL: 'doctor looks here for UTF-8, and then in LC_CTYPE and LANG',
  LC_CTYPE: 'see LC_ALL',
  LANG: 'see LC_ALL',
};
