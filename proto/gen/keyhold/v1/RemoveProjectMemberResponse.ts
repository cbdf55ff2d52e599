// Original file: proto/keyhold/v1/project_service.proto


export interface RemoveProjectMemberResponse {
}

export interface RemoveProjectMemberResponse__Output {
}
