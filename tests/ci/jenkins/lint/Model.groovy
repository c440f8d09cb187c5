import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.GStringExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.ast.expr.VariableExpression
import org.codehaus.groovy.ast.stmt.ExpressionStatement
import org.codehaus.groovy.ast.stmt.Statement

/** What a Declarative pipeline may look like, over the syntax tree. The README names the source of each rule. */
class Model {

    private static final List<String> PIPELINE = [
        'agent', 'environment', 'libraries', 'options', 'parameters', 'post', 'stages', 'tools', 'triggers'
    ]
    private static final List<String> STAGE = [
        'agent', 'environment', 'failFast', 'input', 'matrix', 'options', 'parallel', 'post', 'stages', 'steps', 'tools',
        'when'
    ]
    private static final List<String> BODIES = ['steps', 'stages', 'parallel', 'matrix']
    private static final List<String> AGENTS = ['docker', 'dockerfile', 'kubernetes', 'label', 'node']
    private static final List<String> POST = [
        'aborted', 'always', 'changed', 'cleanup', 'failure', 'fixed', 'notBuilt', 'regression', 'success', 'unstable',
        'unsuccessful'
    ]
    private static final List<String> WHEN = [
        'allOf', 'anyOf', 'beforeAgent', 'beforeInput', 'beforeOptions', 'branch', 'buildingTag', 'changelog',
        'changeRequest', 'changeset', 'environment', 'equals', 'expression', 'not', 'tag', 'triggeredBy'
    ]

    private static final List<String> OPTIONS = [
        'buildDiscarder', 'checkoutToSubdirectory', 'disableConcurrentBuilds', 'disableRestartFromStage', 'disableResume',
        'lock', 'newContainerPerStage', 'overrideIndexTriggers', 'parallelsAlwaysFailFast', 'preserveStashes',
        'quietPeriod', 'rateLimitBuilds', 'retry', 'skipDefaultCheckout', 'skipStagesAfterUnstable', 'timeout',
        'timestamps'
    ]
    private static final List<String> STAGE_OPTIONS = ['lock', 'retry', 'skipDefaultCheckout', 'timeout', 'timestamps']

    private final Closure found
    private final Set<String> stageNames = []

    /** `found` is called with a rule, a node and a sentence. */
    Model(Closure found) { this.found = found }

    void check(ClosureExpression pipeline) {
        Map parts = section('pipeline', pipeline, PIPELINE)
        ['agent', 'stages'].each { if (!parts[it]) { found('declarative', pipeline, "pipeline has no ${it}") } }
        common('pipeline', parts)
        stages(parts.stages, false)
    }

    private void stages(MethodCallExpression section, boolean parallel) {
        if (!section) { return }
        List<MethodCallExpression> all = directives(section.methodAsString, body(section))
        if (!all) { found('declarative', section, "${section.methodAsString} has no stage") }
        all.each {
            if (it.methodAsString == 'stage') { stage(it, parallel) } else { found('declarative', it, "${it.methodAsString} where a stage must be") }
        }
    }

    private void stage(MethodCallExpression call, boolean parallel) {
        def name = call.arguments.expressions[0]
        if (!(name instanceof ConstantExpression) || !name.value) {
            found('declarative', call, 'a stage needs a name in plain quotes')
        }
        if (!stageNames.add(name.text)) { found('declarative', call, "there are two stages ${name.text}") }
        if (!body(call)) { found('declarative', call, "stage ${name.text} has no body"); return }
        Map parts = section("stage ${name.text}", body(call), STAGE)
        List<String> bodies = BODIES.findAll { parts[it] }
        if (bodies.size() != 1) {
            found('declarative', call, "stage ${name.text} must have exactly one of ${BODIES}, and has ${bodies}")
        }
        if (parts.parallel && parallel) { found('declarative', call, 'parallel inside parallel') }
        common("stage ${name.text}", parts)
        if (parts.steps) { steps('steps', body(parts.steps)) }
        stages(parts.stages, parallel)
        stages(parts.parallel, true)
    }

    private void common(String where, Map parts) {
        if (parts.agent) { agent(parts.agent) }
        if (parts.options) { options(where, parts.options) }
        if (parts.when) { when(parts.when) }
        if (parts.environment) { environment(parts.environment) }
        if (parts.input && !directives('input', body(parts.input)).any { it.methodAsString == 'message' }) {
            found('declarative', parts.input, 'input has no message')
        }
        if (parts.post) {
            Map conditions = section("post of ${where}", body(parts.post), POST)
            if (!conditions) { found('declarative', parts.post, 'post is empty') }
            conditions.each { String name, call -> steps(name, body(call)) }
        }
    }

    private void agent(MethodCallExpression call) {
        def first = call.arguments.expressions[0]
        if (first instanceof VariableExpression && first.name in ['any', 'none']) { return }
        List<MethodCallExpression> kinds = first instanceof ClosureExpression ? directives('agent', first) : []
        if (kinds.size() != 1 || !(kinds[0].methodAsString in AGENTS)) {
            found('declarative', call, "agent must be any, none, or one of ${AGENTS}")
        }
    }

    private void options(String where, MethodCallExpression call) {
        List<MethodCallExpression> all = directives('options', body(call))
        if (!all) { found('declarative', call, "options of ${where} is empty") }
        List<String> known = where == 'pipeline' ? OPTIONS : STAGE_OPTIONS
        all.findAll { !(it.methodAsString in known) }.each { found('declarative', it, "${it.methodAsString} is no option of ${where}") }
        all.findAll { body(it) }.each { found('declarative', it, "${it.methodAsString} has a block, inside options") }
        all.groupBy { it.methodAsString }.findAll { it.value.size() > 1 }.each { found('declarative', it.value[1], "${it.key} twice in options") }
    }

    private void when(MethodCallExpression call) {
        List<MethodCallExpression> all = directives('when', body(call))
        if (!all.any { !it.methodAsString.startsWith('before') }) { found('declarative', call, 'when has no condition') }
        all.findAll { !(it.methodAsString in WHEN) }.each { found('declarative', it, "${it.methodAsString} is no condition of when") }
    }

    private void environment(MethodCallExpression call) {
        Set<String> names = []
        body(call)?.code?.statements?.each { Statement statement ->
            def set = statement instanceof ExpressionStatement ? statement.expression : null
            if (!(set instanceof BinaryExpression) || set.operation.text != '=') {
                found('declarative', statement, 'environment holds NAME = value only'); return
            }
            if (!names.add(set.leftExpression.text)) { found('declarative', set, "${set.leftExpression.text} is set twice") }
            if (!value(set.rightExpression)) {
                found('declarative', set, "${set.leftExpression.text} must be a string, strings with +, or a call")
            }
        }
    }

    private boolean value(expression) {
        expression instanceof ConstantExpression && expression.value instanceof String || expression instanceof GStringExpression ||
            expression instanceof MethodCallExpression && expression.implicitThis ||
            expression instanceof BinaryExpression && expression.operation.text == '+' && value(expression.leftExpression) && value(expression.rightExpression)
    }

    /** Outside of `script` there are only calls of steps: no variables, no conditions, no methods of objects. */
    private void steps(String where, ClosureExpression closure) {
        List<MethodCallExpression> all = directives(where, closure)
        if (!all) { found('declarative', closure, "${where} is empty") }
        all.findAll { body(it) && it.methodAsString != 'script' }.each { steps(it.methodAsString, body(it)) }
    }

    private Map section(String where, ClosureExpression closure, List<String> known) {
        Map parts = [:]
        directives(where, closure).each {
            String name = it.methodAsString
            if (!(name in known)) { found('declarative', it, "${name} is no part of ${where}") }
            if (parts[name]) { found('declarative', it, "${where} has ${name} twice") }
            parts[name] = it
        }
        parts
    }

    private List<MethodCallExpression> directives(String where, ClosureExpression closure) {
        List<MethodCallExpression> calls = []
        closure?.code?.statements?.each { Statement statement ->
            def call = statement instanceof ExpressionStatement ? statement.expression : null
            if (call instanceof MethodCallExpression && call.implicitThis) {
                calls.add(call)
            } else {
                found('declarative', statement, "${where} holds something that is no ${where == 'steps' ? 'step' : 'directive'}")
            }
        }
        calls
    }

    private static ClosureExpression body(MethodCallExpression call) {
        def last = call.arguments.hasProperty('expressions') && call.arguments.expressions ? call.arguments.expressions.last() : null
        last instanceof ClosureExpression ? last : null
    }
}
