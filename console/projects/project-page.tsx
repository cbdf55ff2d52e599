import { useParams } from "wouter";
import { EffectiveSet } from "../workspaces/effective-set.tsx";
import { RunningContainers } from "../workspaces/running-containers.tsx";
import { ProjectHeader } from "./project-header.tsx";

/** What containers get that run for the project itself, such as a build: nothing of a user or a workspace. */
export default function ProjectPage() {
  const { organization, project } = useParams<"/:organization/:project">();
  const name = `organizations/${organization}/projects/${project}`;
  return (
    <>
      <ProjectHeader project={name} />
      <EffectiveSet target={name} />
      <RunningContainers target={name} />
    </>
  );
}
