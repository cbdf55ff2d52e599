/** Below the list of commands of `keyhold --help`: enough to go from nothing to a secret in a container, and back. */
export const LIFE_OF_A_SECRET = `
The life of a secret:
  # start a control plane; it says where it listens and writes ca.crt and owner-token into its data directory
  $ keyhold server start --data keyhold-data
  $ keyhold login --server 127.0.0.1:7443 --ca-file keyhold-data/ca.crt < keyhold-data/owner-token
  $ keyhold whoami

  # who and where
  $ keyhold org create acme
  $ keyhold project create acme/web
  $ keyhold user create acme/alice
  $ keyhold user invite acme/alice
  $ keyhold member add acme/projects/web alice --role member
  $ keyhold workspace create acme/ws-1 --project web --owner alice

  # store: of one name a workspace's secret wins over its user's, over the project's, over the organization's
  $ keyhold secret set acme/projects/web DB_PASSWORD     # asks for the value
  $ keyhold explain acme/workspaces/ws-1

  # use: let a Docker host join, then label a container; it has its secrets at its first instruction
  $ keyhold node join-token acme --name build-1 --project web > token
  $ keyhold agent start --server 127.0.0.1:7443 --join-file token
  $ docker run --runtime keyhold -l keyhold.workspace=acme/ws-1 IMAGE
  $ keyhold run --project acme/web -- env                # or one process of this host, without an agent

  # change: the containers that see the change are restarted; then look, go back, delete, restore
  $ printf %s "$PASSWORD" | keyhold secret set acme/projects/web DB_PASSWORD --comment 'leaked'
  $ keyhold rollout status acme/projects/web DB_PASSWORD # which container runs which version; or --wait above
  $ keyhold secret list acme/projects/web
  $ keyhold secret history acme/projects/web DB_PASSWORD
  $ keyhold secret rollback acme/projects/web DB_PASSWORD --to 1
  $ keyhold secret delete acme/projects/web DB_PASSWORD
  $ keyhold secret undelete acme/projects/web DB_PASSWORD

Environment:
  KEYHOLD_SERVER, KEYHOLD_CA_FILE, KEYHOLD_TOKEN   override what keyhold login has saved;
                                                   KEYHOLD_SERVER may be several addresses with commas

Exit codes:
  0 ok   1 failed   2 usage   3 denied   4 not found   5 unavailable`;
