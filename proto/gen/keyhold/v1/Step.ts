// Original file: proto/keyhold/v1/agent_service.proto


/**
 * The turn of one container of a group. The node restarts it now, if it is still due; if it is not, or is gone, it says so. Given
 * again on each new stream until a report answers it, so it may arrive twice: a container is restarted once for one id.
 */
export interface Step {
  'id'?: (string);
  'containerId'?: (string);
}

/**
 * The turn of one container of a group. The node restarts it now, if it is still due; if it is not, or is gone, it says so. Given
 * again on each new stream until a report answers it, so it may arrive twice: a container is restarted once for one id.
 */
export interface Step__Output {
  'id': (string);
  'containerId': (string);
}
