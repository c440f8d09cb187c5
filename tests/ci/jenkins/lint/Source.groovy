import org.codehaus.groovy.ast.CodeVisitorSupport
import org.codehaus.groovy.ast.ModuleNode
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.DeclarationExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.GStringExpression
import org.codehaus.groovy.ast.expr.MapExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.control.CompilationUnit
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.ErrorCollector
import org.codehaus.groovy.control.Phases
import org.codehaus.groovy.control.SourceUnit

/** One Groovy file as a syntax tree, before anything is resolved: what the Declarative parser of Jenkins looks at, too. */
class Source {

    final File file
    final ModuleNode tree
    final List<Call> calls = []  // every call by a bare name, with the calls whose closures it stands in
    final List<DeclarationExpression> declarations = []

    Source(File file) {
        this.file = file
        def configuration = new CompilerConfiguration()
        def unit = new CompilationUnit(configuration)
        def source = new SourceUnit(file, configuration, unit.classLoader, new ErrorCollector(configuration))
        unit.addSource(source)
        unit.compile(Phases.CONVERSION)
        tree = source.AST
        def visitor = new Visitor(this)
        tree.statementBlock.visit(visitor)
        tree.classes.each { type -> type.methods.each { it.code?.visit(visitor) } }
    }

    String getName() { file.name - '.groovy' }

    /** A call by a bare name: its parts, and where it stands. */
    static class Call {
        String name
        MethodCallExpression node
        List<Call> inside

        int getLine() { node.lineNumber }

        List<Expression> getArguments() { node.arguments.expressions }

        ClosureExpression getBody() {
            def last = arguments ? arguments.last() : null
            last instanceof ClosureExpression ? last : null
        }

        /** The argument of that name, else the first without one. */
        Expression argument(String key) {
            def named = arguments.find { it instanceof MapExpression }
            def entry = named?.mapEntryExpressions?.find { it.keyExpression.text == key }
            if (entry) { return entry.valueExpression }
            arguments && !(arguments[0] instanceof MapExpression) && !(arguments[0] instanceof ClosureExpression) ? arguments[0] : null
        }

        boolean within(List<String> names) { inside.any { it.name in names } }
    }

    /** What text an expression comes to: constants as they are, everything else `*`. */
    static String pattern(Expression expression) {
        if (expression instanceof ConstantExpression) { return expression.value.toString() }
        if (!(expression instanceof GStringExpression)) { return '*' }
        List<String> parts = []
        expression.strings.eachWithIndex { part, int i ->
            parts.add(part.value.toString())
            if (i < expression.values.size()) { parts.add('*') }
        }
        parts.join('')
    }

    private static class Visitor extends CodeVisitorSupport {
        private final Source source
        private final List<Call> inside = []

        Visitor(Source source) { this.source = source }

        @Override
        void visitMethodCallExpression(MethodCallExpression node) {
            if (!node.implicitThis || !(node.method instanceof ConstantExpression) || !node.arguments.hasProperty('expressions')) {
                super.visitMethodCallExpression(node)
                return
            }
            def call = new Call(name: node.methodAsString, node: node, inside: new ArrayList<Call>(inside))
            source.calls.add(call)
            inside.add(call)
            super.visitMethodCallExpression(node)
            inside.remove(inside.size() - 1)
        }

        @Override
        void visitDeclarationExpression(DeclarationExpression node) {
            source.declarations.add(node)
            super.visitDeclarationExpression(node)
        }

        @Override
        void visitClosureExpression(ClosureExpression node) { node.code.visit(this) }
    }
}
