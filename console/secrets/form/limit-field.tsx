import { MultiSelect } from "@mantine/core";
import { idOf } from "../../api/names.ts";
import { useList } from "../../api/queries.ts";

/**
 * Which projects and workspaces get a secret of the organization: all of them, unless some are chosen. With `reachesNothing` it is
 * limited to some that are deleted, until others are chosen.
 */
export function LimitField(props: {
  readonly reachesNothing: boolean;
  readonly organization: string;
  readonly value: readonly string[];
  readonly error: string | undefined;
  readonly onChange: (only: readonly string[]) => void;
}) {
  const projects = useList("ProjectService/ListProjects", { parent: props.organization }, "projects");
  const workspaces = useList("WorkspaceService/ListWorkspaces", { parent: props.organization }, "workspaces");
  const option = ({ name = "" }: { readonly name?: string | undefined }) => ({
    value: name,
    label: idOf(name),
  });
  return (
    <MultiSelect
      label="Limit to"
      description={
        props.reachesNothing
          ? "What it was limited to is deleted, so nothing gets it. Choose projects and workspaces anew."
          : "Only these projects and workspaces get it. Left empty: all."
      }
      placeholder={
        props.value.length > 0 ? "" : props.reachesNothing ? "Nothing" : "All projects and workspaces"
      }
      data={[
        { group: "Projects", items: (projects.data ?? []).map(option) },
        { group: "Workspaces", items: (workspaces.data ?? []).map(option) },
      ]}
      value={[...props.value]}
      onChange={props.onChange}
      error={props.error ?? projects.error?.message ?? workspaces.error?.message}
      searchable
      hidePickedOptions
      comboboxProps={{ transitionProps: { duration: 0 } }}
      clearButtonProps={{ "aria-label": "Choose none" }}
    />
  );
}
