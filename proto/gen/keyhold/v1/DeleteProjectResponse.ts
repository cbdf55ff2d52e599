// Original file: proto/keyhold/v1/project_service.proto


export interface DeleteProjectResponse {
}

export interface DeleteProjectResponse__Output {
}
