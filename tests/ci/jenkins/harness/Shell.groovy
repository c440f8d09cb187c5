import hudson.AbortException
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** Runs a script as an agent does: a file, `sh -xe` unless it names its interpreter, its output in the log. */
class Shell implements Ours {

    private static final long NAP = 20

    private final Build build

    Shell(Build build) {
        this.build = build
    }

    Object run(Map args, Place place) {
        if (!(args.script instanceof String)) { throw new NotJenkins("sh got a ${args.script?.class?.simpleName}, not a plain string") }
        File control = new File("${place.workspace}@tmp/durable-${UUID.randomUUID()}")
        control.mkdirs()
        File script = new File(control, 'script.sh'), out = new File(control, 'out')
        script.text = args.script.stripIndent()
        List<String> command = script.text.startsWith('#!') ? [script.path] : ['sh', '-xe', script.path]
        script.setExecutable(true)
        def builder = new ProcessBuilder(['setsid'] + command).directory(place.folder).redirectErrorStream(true)
        builder.redirectInput(new File('/dev/null')).redirectOutput(out)
        builder.environment().clear()
        builder.environment().putAll(place.env)
        int code = 1
        try {
            code = waited(builder.start(), args.script, place)
        } finally {
            build.say(out.text)
        }
        if (args.returnStatus) { return code }
        if (code != 0) { throw new AbortException("script returned exit code ${code}") }
        null
    }

    /** Until it ends, or a limit strikes, or the scenario's user aborts the build; then it is asked to end, as Jenkins does. */
    private int waited(Process process, String script, Place place) {
        long started = System.currentTimeMillis()
        while (process.alive) {
            Place.Limit limit = place.struck()
            boolean aborted = build.aborts(script, System.currentTimeMillis() - started)
            if (limit || aborted) {
                if (limit) { limit.told = true }
                end(process)
                throw new FlowInterruptedException(limit ? 'Timeout has been exceeded' : 'Aborted by a user')
            }
            Thread.sleep(NAP)
        }
        process.exitValue()
    }

    /** The script leads a process group of its own. */
    private static void end(Process process) {
        ['kill', '-TERM', '--', "-${process.pid()}"].execute().waitFor()
        process.waitFor()
    }
}
