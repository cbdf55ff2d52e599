/** The command that a person runs where the agent may not update a Swarm service, or cannot. */
export function serviceUpdateCommand(service: string): string {
  return `docker service update --force ${service}`;
}
