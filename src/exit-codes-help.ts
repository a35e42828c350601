// The exit codes and environment variables as help tells them.

export const exitCodesHelp = `
Exit codes:
  0 done · 1 failure or failed check · 2 usage · 3 credentials · 4 not found · 5 rejected · 6 rate limited
  7 server error · 8 network, nothing applied · 9 partly done · 10 refused or declined · 11 outcome unknown
  130 interrupted · 143 terminated

Environment:
  ORB_API_KEY, ORB_BASE_URL, CREDITCTL_PROFILE, CREDITCTL_CONFIG_DIR, CREDITCTL_STATE_DIR,
  CREDITCTL_SANDBOX_DB, CREDITCTL_SANDBOX_KEY, NO_COLOR, FORCE_COLOR

Start here:
  creditctl ledger add acme --amount 100 --expires +30d --sandbox --yes`;
