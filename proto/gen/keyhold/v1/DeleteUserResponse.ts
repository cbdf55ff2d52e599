// Original file: proto/keyhold/v1/user_service.proto


export interface DeleteUserResponse {
}

export interface DeleteUserResponse__Output {
}
