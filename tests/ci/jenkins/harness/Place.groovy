/** Where one line of execution stands: on which agent, in which folder, with which environment, limits and locks. */
class Place implements Ours {

    File workspace  // null: no agent is held
    File folder
    Map<String, String> env = [:]
    List<Limit> limits = []
    List<String> locks = []
    List<String> secrets = []
    List<String> stages = []

    Place with(Map changed) {
        new Place([workspace: workspace, folder: folder, env: env, limits: limits, locks: locks, secrets: secrets, stages: stages] + changed)
    }

    /** The first time limit that has struck and was not obeyed yet, or whose minute of grace is over. */
    Limit struck() {
        limits.find { it.strikes() }
    }

    static class Limit {
        static final long GRACE = 60_000  // milliseconds; TimeoutStepExecution.GRACE_PERIOD
        long end
        boolean told = false

        boolean strikes() {
            long now = System.currentTimeMillis()
            now > (told ? end + GRACE : end)
        }
    }
}
