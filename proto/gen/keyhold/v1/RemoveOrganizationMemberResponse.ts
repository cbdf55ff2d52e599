// Original file: proto/keyhold/v1/organization_service.proto


export interface RemoveOrganizationMemberResponse {
}

export interface RemoveOrganizationMemberResponse__Output {
}
