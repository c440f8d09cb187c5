import hudson.AbortException
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

import java.util.concurrent.TimeUnit

/** The steps that the template uses, each with the parameters it takes and where it may stand. The README names the sources. */
class Steps implements Ours {

    // the parameter that may be given without its name; all parameters; whether it needs an agent, whether it takes a body
    private static final Map<String, List> KNOWN = [
        archiveArtifacts: ['artifacts', ['artifacts', 'allowEmptyArchive', 'defaultExcludes'], true, false],
        catchError: ['', ['buildResult', 'stageResult', 'message', 'catchInterruptions'], false, true],
        checkout: ['scm', ['scm'], true, false],
        dir: ['path', ['path'], true, true],
        echo: ['message', ['message'], false, false],
        error: ['message', ['message'], false, false],
        fileExists: ['file', ['file'], true, false],
        input: ['message', ['message', 'ok', 'submitter', 'id'], false, false],
        junit: ['testResults', ['testResults', 'allowEmptyResults', 'skipMarkingBuildUnstable'], true, false],
        lock: ['resource', ['resource'], false, true],
        logRotator: ['', ['numToKeepStr', 'artifactNumToKeepStr', 'daysToKeepStr', 'artifactDaysToKeepStr'], false, false],
        node: ['label', ['label'], false, true],
        parallel: ['', null, false, false],
        publishHTML: ['target', ['target'], true, false],
        script: ['', [], false, true],
        sh: ['script', ['script', 'label', 'returnStatus'], true, false],
        stash: ['name', ['name', 'includes', 'allowEmpty', 'useDefaultExcludes'], true, false],
        string: ['', ['credentialsId', 'variable'], false, false],
        timeout: ['time', ['time', 'unit'], false, true],
        unstash: ['name', ['name'], true, false],
        withCredentials: ['bindings', ['bindings'], false, true],
        withEnv: ['overrides', ['overrides'], false, true],
    ]
    private static final List<String> HTML = ['reportName', 'reportDir', 'reportFiles', 'keepAll', 'alwaysLinkToLastBuild', 'allowMissing']

    private final Build build

    Steps(Build build) { this.build = build }

    boolean knows(String name) { KNOWN.containsKey(name) }

    Object call(String name, Object[] given) {
        Saved.refuseNonCps(name)
        given.each { Saved.check("an argument of ${name}", it) }
        List<Object> rest = new ArrayList<Object>(given as List)
        Closure body = rest && rest.last() instanceof Closure ? (Closure) rest.remove(rest.size() - 1) : null
        def (first, names, needsAgent, takesBody) = KNOWN[name]
        Map args = rest.size() == 1 && rest[0] instanceof Map ? new LinkedHashMap((Map) rest[0]) : rest.size() == 1 ? [(first): rest[0]] : [:]
        if (rest.size() > 1 || args.containsKey('')) { throw new NotJenkins("${name} takes no such arguments: ${rest}") }
        if (names != null && !(names as List).containsAll(args.keySet())) {
            throw new NotJenkins("${name} takes no ${args.keySet() - names}")
        }
        if (takesBody != (body != null)) { throw new NotJenkins(takesBody ? "${name} needs a body" : "${name} takes no body") }
        if (needsAgent && !build.place.workspace) {
            throw new AbortException("Required context class hudson.FilePath is missing: ${name} is called outside of node")
        }
        if (build.place.struck() && name != 'echo') { throw new FlowInterruptedException('Timeout has been exceeded') }
        this."do_${name}"(args, body)
    }

    private Object inside(Map changed, Closure body) { build.at(build.place.with(changed), body) }

    def do_echo(Map args, Closure body) { build.say(args.message) }

    def do_error(Map args, Closure body) { throw new AbortException(args.message.toString()) }

    def do_script(Map args, Closure body) { body.call() }

    def do_string(Map args, Closure body) { new Described(symbol: 'string', args: new HashMap(args)) }

    def do_logRotator(Map args, Closure body) { new Described(symbol: 'logRotator', args: new HashMap(args)) }

    def do_sh(Map args, Closure body) {
        build.event('sh', [script: args.script.toString().trim(), agent: build.place.workspace.name, locks: build.place.locks])
        def code = new Shell(build).run(args, build.place)
        build.event('sh ended', [script: args.script.toString().trim(), code: code])
        code
    }

    def do_node(Map args, Closure body) {
        if (!args.label) { throw new NotJenkins('node without a label') }
        File workspace = build.freshWorkspace(args.label.toString())
        ['', '@tmp'].each { new File("${workspace}${it}").mkdirs() }
        build.event('agent', [label: args.label.toString(), workspace: workspace.path])
        Map env = build.place.env + [WORKSPACE: workspace.path, WORKSPACE_TMP: "${workspace}@tmp".toString(), NODE_NAME: workspace.name]
        inside([workspace: workspace, folder: workspace, env: env], body)
    }

    def do_checkout(Map args, Closure body) {
        File folder = build.place.folder
        [['git', 'clone', '-q', '--no-local', build.scenario.repository, '.'], ['git', 'checkout', '-q', '-f', build.scenario.commit]].each {
            def process = new ProcessBuilder(it*.toString()).directory(folder).redirectErrorStream(true).start()
            String said = process.inputStream.text
            if (process.waitFor()) { throw new AbortException("checkout: ${said}") }
        }
        [GIT_COMMIT: build.scenario.commit]
    }

    def do_dir(Map args, Closure body) { inside([folder: new File(build.place.folder, args.path.toString())], body) }

    def do_fileExists(Map args, Closure body) { new File(build.place.folder, args.file.toString()).exists() }

    def do_withEnv(Map args, Closure body) {
        Map env = new LinkedHashMap(build.place.env)
        args.overrides.each { Object each ->
            def (String name, String value) = each.toString().split('=', 2) as List
            if (name.contains('+')) {
                name = name.takeWhile { it != '+' }
                value = env[name] ? "${value}:${env[name]}".toString() : value
            }
            env[name] = value
        }
        inside([env: env], body)
    }

    def do_withCredentials(Map args, Closure body) {
        Map env = new LinkedHashMap(build.place.env)
        List<String> secrets = []
        args.bindings.each { Described binding ->
            String secret = build.scenario.credentials[binding.args.credentialsId]
            if (secret == null) {
                throw new AbortException("Could not find credentials entry with ID '${binding.args.credentialsId}'")
            }
            env[binding.args.variable.toString()] = secret
            secrets.add(secret)
        }
        build.event('credentials', [ids: args.bindings*.args*.credentialsId])
        inside([env: env, secrets: build.place.secrets + secrets], body)
    }

    def do_timeout(Map args, Closure body) {
        long limit = TimeUnit.valueOf((args.unit ?: 'MINUTES').toString()).toMillis((args.time as double) as long)
        inside([limits: build.place.limits + [new Place.Limit(end: System.currentTimeMillis() + limit)]], body)
    }

    def do_lock(Map args, Closure body) {
        String name = args.resource.toString()
        if (!build.locked.add(name)) {
            throw new NotJenkins("nobody else is here, and ${name} is held: it would be waited for without end")
        }
        try {
            build.event('lock', [resource: name])
            inside([locks: build.place.locks + [name]], body)
        } finally {
            build.locked.remove(name)
            build.event('unlock', [resource: name])
        }
    }

    def do_input(Map args, Closure body) {
        if (build.place.workspace || build.place.locks) {
            throw new NotJenkins('input waits for a person and holds an executor or a lock')
        }
        if (!build.place.limits) { throw new NotJenkins('input waits for a person without end') }
        if (!build.answers) { throw new NotJenkins("nobody was expected to be asked: ${args.message}") }
        String answer = build.answers.remove(0)
        build.event('input', [message: args.message.toString(), submitter: args.submitter?.toString(), answer: answer])
        if (answer != 'proceed') { throw new FlowInterruptedException('Rejected by a user') }
        null
    }

    def do_catchError(Map args, Closure body) {
        try {
            body.call()
        } catch (Exception problem) {
            if (problem instanceof FlowInterruptedException && args.catchInterruptions == false) { throw problem }
            build.worsen((args.buildResult ?: 'FAILURE').toString())
            build.event('caught', [error: problem.message, stageResult: args.stageResult])
            build.say("ERROR: ${problem.message}")
        }
        null
    }

    def do_parallel(Map args, Closure body) {
        Place place = build.place
        List<Throwable> problems = Collections.synchronizedList([])
        args.findAll { it.key != 'failFast' }.collect { String name, Closure branch ->
            Thread.start {
                try {
                    build.at(place.with(stages: place.stages + [name]), branch)
                } catch (Throwable problem) {
                    problems.add(problem)
                }
            }
        }*.join()
        Throwable problem = problems.find { it instanceof NotJenkins } ?: problems.find { true }
        if (problem) { throw problem }
        null
    }

    def do_stash(Map args, Closure body) {
        if (!(args.name ==~ /[A-Za-z0-9_.-]+/)) { throw new AbortException("${args.name} is no name for a stash") }
        List<String> files = Files.matching(build.place.folder, args.includes.toString(), args.useDefaultExcludes != false)
        if (!files && !args.allowEmpty) { throw new AbortException('No files included in stash') }
        Files.copy(build.place.folder, files, new File(build.folder, "stashes/${args.name}"))
        build.event('stash', [name: args.name.toString(), files: files.size()])
        if (args.name.toString() in build.scenario.lost) { new File(build.folder, "stashes/${args.name}").deleteDir() }
        null
    }

    def do_unstash(Map args, Closure body) {
        File kept = new File(build.folder, "stashes/${args.name}")
        if (!kept.exists()) { throw new AbortException("No such saved stash '${args.name}'") }
        Files.copy(kept, Files.matching(kept, '**'), build.place.folder)
        null
    }

    def do_archiveArtifacts(Map args, Closure body) {
        List<String> files = Files.matching(build.place.folder, args.artifacts.toString(), args.defaultExcludes != false)
        if (!files && !args.allowEmptyArchive) { throw new AbortException('No artifacts found that match the file pattern') }
        Files.copy(build.place.folder, files, new File(build.folder, 'archive'))
        build.published.put('archive', files)
        null
    }

    def do_publishHTML(Map args, Closure body) {
        Map target = args.target
        if (!HTML.containsAll(target.keySet())) { throw new NotJenkins("publishHTML takes no ${target.keySet() - HTML}") }
        File page = new File(build.place.folder, "${target.reportDir}/${target.reportFiles}")
        if (!page.exists()) {
            if (!target.allowMissing) {
                throw new AbortException("Specified HTML directory '${target.reportDir}' does not exist.")
            }
            return null
        }
        build.published.put("html ${target.reportName}".toString(), page.text)
        null
    }

    def do_junit(Map args, Closure body) {
        List<String> files = Files.matching(build.place.folder, args.testResults.toString())
        if (!files && !args.allowEmptyResults) {
            throw new AbortException('No test report files were found. Configuration error?')
        }
        def cases = files.collectMany { new XmlSlurper().parse(new File(build.place.folder, it)).'**'.findAll { it.name() == 'testcase' } }
        int failed = cases.count { it.children().any { it.name() in ['failure', 'error'] } }
        build.published.put('junit', [files: files, cases: cases.size(), failed: failed])
        if (failed && !args.skipMarkingBuildUnstable) { build.worsen('UNSTABLE') }
        null
    }
}
