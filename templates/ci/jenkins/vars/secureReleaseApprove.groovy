/** Asks a person, for a day at most. Call it outside of `node`: whoever waits here holds no executor. */
def call(Map how) {
    timeout(time: how.hours ?: 24, unit: 'HOURS') {
        input(
            message: "The gate let ${how.name} pass; its report is beside this build. Release to ${how.environment}?",
            ok: 'Release',
            submitter: how.approvers
        )
    }
}
