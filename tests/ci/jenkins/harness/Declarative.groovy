/** Runs `pipeline { }` in the order that ModelInterpreter has. The README names the source of each rule. */
class Declarative implements Ours {

    private static final List<String> ROOT = ['agent', 'options', 'stages', 'post']
    private static final List<String> STAGE = ['agent', 'options', 'when', 'steps', 'stages', 'post']
    private static final List<String> ROOT_OPTIONS = ['disableConcurrentBuilds', 'skipDefaultCheckout', 'buildDiscarder']
    private static final List<String> WRAPPERS = ['lock', 'timeout']
    private static final List<String> POST = ['always', 'aborted', 'failure', 'success', 'unstable', 'unsuccessful', 'cleanup']

    private final Build build
    private boolean skipCheckout

    Declarative(Build build) { this.build = build }

    Object run(Closure body) {
        Map root = Words.section('pipeline', body, ROOT, { String name -> name in ['none', 'any'] ? name : build.global(name) })
        ['agent', 'stages'].each { if (!root[it]) { throw new NotJenkins("pipeline has no ${it}") } }
        Map options = options(root, ROOT_OPTIONS)
        skipCheckout = options.containsKey('skipDefaultCheckout')
        build.event('options', [names: options.keySet() as List])
        Throwable error = null
        inAgent(root.agent) {
            error = stages(root.stages, null)
            error = post(root.post, error, false)
        }
        if (error) { throw error }
    }

    private Throwable stages(Object[] section, Throwable error) {
        List<List> found = []
        Words.speak((Closure) section[0], new Words(
            { String name, Object[] args ->
                if (name != 'stage') { throw new NotJenkins("${name} is no directive of stages") }
                found.add(args as List)
            },
            { String name -> build.global(name) }
        ))
        if (!found) { throw new NotJenkins('stages is empty') }
        found.each { String name, Closure body ->
            try {
                stage(name, body, error)
            } catch (NotJenkins problem) {
                throw problem
            } catch (Throwable problem) {
                build.worsen(Build.resultOf(problem))
                error = error ?: problem
            }
        }
        error
    }

    private void stage(String name, Closure body, Throwable error) {
        Map parts = Words.section("stage ${name}", body, STAGE)
        if (parts.containsKey('steps') == parts.containsKey('stages')) {
            throw new NotJenkins("stage ${name} has not exactly one of steps and stages")
        }
        build.at(build.place.with(stages: build.place.stages + [name])) {
            if (error) {
                build.event('skipped', [why: 'earlier failure'])
                return
            }
            Map condition = parts.when ? Words.section("when of ${name}", (Closure) parts.when[0], ['expression', 'beforeAgent', 'beforeOptions']) : [:]
            Closure whether = { speak((Closure) condition.expression[0]) as boolean }
            Closure entered = {
                if (!condition || condition.beforeAgent || condition.beforeOptions || whether()) { work(parts) } else { skip() }
            }
            Closure optioned = {
                if (condition.beforeAgent && !condition.beforeOptions && !whether()) { skip() } else { inAgent(parts.agent, entered) }
            }
            if (condition.beforeOptions && !whether()) { skip() } else { wrapped(options(parts, []), optioned) }
        }
    }

    private void skip() { build.event('skipped', [why: 'when']) }

    /** The stage itself, and what it has to say afterwards: in its agent, and in its options. */
    private void work(Map parts) {
        build.event('stage')
        Throwable error = null
        if (parts.stages) {
            error = stages(parts.stages, null)
        } else {
            try {
                speak((Closure) parts.steps[0])
            } catch (NotJenkins problem) {
                throw problem
            } catch (Throwable problem) {
                build.worsen(Build.resultOf(problem))
                error = problem
            }
        }
        error = post(parts.post, error, true)
        if (error) { throw error }
    }

    private Throwable post(Object[] section, Throwable error, boolean ofStage) {
        if (!section) { return error }
        Map conditions = Words.section('post', (Closure) section[0], POST)
        POST.findAll { conditions.containsKey(it) }.each { String name ->
            if (!holds(name, error, ofStage)) { return }
            build.event("post ${name}".toString())
            try {
                speak((Closure) conditions[name][0])
            } catch (NotJenkins problem) {
                throw problem
            } catch (Throwable problem) {
                build.worsen(Build.resultOf(problem))
                build.say("Error when executing ${name} post condition: ${problem.message}")
                error = error ?: problem
            }
        }
        error
    }

    private boolean holds(String condition, Throwable error, boolean ofStage) {
        String result = build.current.result ?: 'SUCCESS', failed = error ? Build.resultOf(error) : 'SUCCESS'
        switch (condition) {
            case ['always', 'cleanup']: return true
            case 'success': return result == 'SUCCESS' && !error
            case 'unsuccessful': return result != 'SUCCESS' || failed != 'SUCCESS'
            case 'aborted': return 'ABORTED' in [result, failed]
            case 'unstable': return result == 'UNSTABLE' && !error
            case 'failure': return result != 'ABORTED' && (ofStage ? error != null : 'FAILURE' in [result, failed])
        }
    }

    private Object inAgent(Object[] agent, Closure body) {
        if (!agent || agent[0] == 'none') { return body.call() }
        if (!(agent[0] instanceof Closure)) { throw new NotJenkins("agent ${agent[0]}") }
        Map kind = Words.section('agent', (Closure) agent[0], ['label'], { String name -> build.global(name) })
        build.call('node', [kind.label[0].toString(), {
            if (!skipCheckout) { build.call('checkout', ['scm'] as Object[]) }
            body.call()
        }] as Object[])
    }

    private Map options(Map parts, List<String> more) {
        if (!parts.options) { return [:] }
        Map found = [:]
        Words.speak((Closure) parts.options[0], new Words(
            { String name, Object[] args ->
                if (name == 'logRotator') { return build.call(name, args) }
                if (!(name in more + WRAPPERS)) { throw new NotJenkins("${name} is no option") }
                found[name] = args
                null
            },
            { String name -> build.global(name) }
        ))
        if (!found) { throw new NotJenkins('options is empty') }
        found
    }

    private Object wrapped(Map options, Closure body) {
        Map wrappers = options.findAll { it.key in WRAPPERS }
        if (!wrappers) { return body.call() }
        def (String name, Object[] args) = wrappers.find { true }.with { [it.key, it.value] }
        build.call(name, (args as List) + [{ wrapped(wrappers - [(name): args], body) }] as Object[])
    }

    /** Steps: the script's own methods, else what the build knows. */
    private Object speak(Closure body) {
        Script script = (Script) body.thisObject
        Words.speak(body, new Words({ String name, Object[] args -> script.invokeMethod(name, args) }, { String name -> build.global(name) }))
    }
}
