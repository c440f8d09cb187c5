import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.GStringExpression

/** What this template promises beyond what Jenkins asks for, over the syntax trees of all its files. */
class House {

    private static final String PINNED = /[\w-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})/
    private static final List<String> LIMITED = ['timeout', 'secureReleaseIn']  // the second is ours, and holds the first
    private static final List<String> LONG = ['sh', 'bat', 'powershell', 'checkout', 'input', 'waitUntil']
    private static final List<String> HOLDING = ['node', 'lock', 'ws']

    private final List<Source> sources
    private final Closure found

    /** `found` is called with a source, a rule, a line and a sentence. */
    House(List<Source> sources, Closure found) {
        this.sources = sources
        this.found = found
    }

    void check() {
        sources.each { Source source ->
            source.calls.each {
                shell(source, it)
                limit(source, it)
                secret(source, it)
                waiting(source, it)
            }
            pinned(source)
            help(source)
        }
        handedOn()
        wayBack()
        ends()
    }

    private void shell(Source source, Source.Call call) {
        if (!(call.name in ['sh', 'bat', 'powershell'])) { return }
        Expression script = call.argument('script')
        if (script instanceof ConstantExpression) { return }
        String how = script instanceof GStringExpression ? 'sh-gstring' : script instanceof BinaryExpression ? 'sh-concat' : 'sh-not-constant'
        found(source, how, call.line, 'the script of sh must be plain text: Groovy must put nothing into it')
    }

    private void limit(Source source, Source.Call call) {
        boolean holder = source.name == 'secureReleaseIn'
        if (holder && !source.calls.any { it.name == 'timeout' }) {
            found(source, 'no-timeout', call.line, 'secureReleaseIn has no timeout')
        }
        if (call.name in LONG && !call.within(LIMITED)) {
            found(source, 'no-timeout', call.line, "${call.name} may take for ever")
        }
    }

    private void secret(Source source, Source.Call call) {
        if (call.name == 'credentials') {
            found(source, 'secret-held', call.line, 'credentials() holds a secret for a whole stage; use withCredentials around the one task')
        }
        boolean binding = call.name in ['file', 'sshUserPrivateKey', 'string', 'usernameColonPassword', 'usernamePassword']
        if (binding && call.argument('credentialsId') && !source.calls.any { it.name == 'withCredentials' }) {
            found(source, 'secret-held', call.line, 'a credential outside of withCredentials')
        }
        if (call.argument('password') instanceof ConstantExpression && call.arguments.any { it.text.contains('password') }) {
            found(source, 'secret-held', call.line, 'a secret in the source')
        }
    }

    /** `input`, or a step of ours that asks, where an agent or a lock is held. */
    private void waiting(Source source, Source.Call call) {
        List<String> asking = ['input'] + sources.findAll { it.calls.any { it.name == 'input' } }*.name
        if (!(call.name in asking)) { return }
        List<Source.Call> around = call.inside
        boolean held = around.any { it.name in HOLDING }
        around.findAll { it.name in ['stage', 'pipeline'] }.each { Source.Call each ->
            held |= source.calls.any { it.inside && it.inside.last().is(each) && (it.name == 'agent' && !it.arguments.any { it.text == 'none' }) }
            held |= source.calls.any { it.name == 'lock' && it.inside.size() > 1 && it.inside[-1].name == 'options' && it.inside[-2].is(each) }
        }
        if (held) { found(source, 'input-holds', call.line, 'a person is waited for while an agent or a lock is held') }
    }

    private void pinned(Source source) {
        List annotations = source.declarations.collectMany { it.annotations } + source.tree.imports.collectMany { it.annotations }
        annotations.findAll { it.classNode.name == 'Library' }.each {
            String value = it.members.value?.text
            if (!(value ==~ PINNED)) {
                found(source, 'unpinned', it.lineNumber, "the library ${value} must be pinned to a tag or a commit")
            }
        }
        if (source.name == 'Jenkinsfile' && !annotations) {
            found(source, 'unpinned', 1, 'the Jenkinsfile loads no pinned library')
        }
        source.calls.findAll { it.name == 'library' }.each { found(source, 'unpinned', it.line, 'a library is loaded while the build runs') }
    }

    private void help(Source source) {
        File text = new File(source.file.parentFile, "${source.name}.txt")
        if (source.file.parentFile.name == 'vars' && !(text.exists() && text.text.contains(source.name))) {
            found(source, 'no-help', 1, "${text.name} is missing, or about something else")
        }
    }

    /** Whatever is fetched was kept by somebody, under that name. */
    private void handedOn() {
        Set<String> kept = [], raw = []
        sources.each { it.calls.each {
            if (it.name == 'secureReleaseKeep') { kept.add(name(it, 'name')) }
            if (it.name == 'stash') { raw.add(name(it, 'name')) }
        } }
        sources.each { Source source -> source.calls.each {
            boolean wrong = it.name == 'secureReleaseFetch' && !(name(it, 'name') in kept + ['*']) || it.name == 'unstash' && !(name(it, 'name') in raw)
            if (wrong) { found(source, 'stash-name', it.line, "nobody keeps ${name(it, 'name')}") }
        } }
    }

    /** The text of a name; that of a variable is not known here, and is as good as any. */
    private static String name(Source.Call call, String key) {
        Expression given = call.argument(key)
        given ? Source.pattern(given) : '*'
    }

    private void wayBack() {
        sources.each { Source source -> source.calls.findAll { it.name == 'secureReleaseDeploy' }.each { Source.Call deploy ->
            List<Source.Call> stages = deploy.inside.findAll { it.name in ['stage', 'pipeline'] }
            List<Source.Call> back = source.calls.findAll { it.name == 'secureReleaseRollback' && it.inside.any { each -> each.name == 'unsuccessful' } }
            List<Source.Call> ours = back.findAll { stages.any { stage -> it.inside.size() > 2 && it.inside[-2].name == 'post' && it.inside[-3].is(stage) } }
            if (!ours) { found(source, 'no-way-back', deploy.line, 'no post { unsuccessful } around this deploy rolls back') }
            boolean cut = source.calls.any { it.name == 'timeout' && it.inside && it.inside[-1].name == 'options' && stages.any { stage -> it.inside[-2].is(stage) } }
            if (cut) {
                found(source, 'way-back-cut', deploy.line, 'a timeout in options ends a rollback one minute after it strikes')
            }
            if (!deploy.inside.any { inner -> source.calls.any { it.name == 'lock' && it.inside.size() > 1 && it.inside[-2].is(inner) } }) {
                found(source, 'no-lock', deploy.line, 'nothing keeps two releases apart')
            }
        } }
    }

    private void ends() {
        sources.findAll { it.calls.any { it.name == 'pipeline' } }.each { Source source ->
            List<List<String>> at = source.calls.collect { (it.inside*.name) + [it.name] }
            [['pipeline', 'options', 'disableConcurrentBuilds'], ['pipeline', 'options', 'buildDiscarder'], ['pipeline', 'post', 'always', 'node', 'secureReleaseReport']].each {
                if (!(it in at)) { found(source, 'missing', 1, "there is no ${it.join(' > ')}") }
            }
        }
    }
}
