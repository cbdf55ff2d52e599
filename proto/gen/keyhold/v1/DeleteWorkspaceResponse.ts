// Original file: proto/keyhold/v1/workspace_service.proto


export interface DeleteWorkspaceResponse {
}

export interface DeleteWorkspaceResponse__Output {
}
