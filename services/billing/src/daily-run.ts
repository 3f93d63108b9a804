/** Token of the time at which bills are run by themselves; undefined: only when somebody asks. */
export const DAILY_RUN = Symbol('DAILY_RUN');
