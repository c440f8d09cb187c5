/** A Jenkinsfile, or a file of vars/: what it does not define itself is a step, a step of the library, or a global. */
abstract class PipelineScript extends Script {

    @Override
    Object invokeMethod(String name, Object given) {
        Object[] args = given as Object[]
        // its own methods, private ones too; but never those that every Groovy script has, such as println
        if (getClass().declaredMethods.any { it.name == name && !it.synthetic }) {
            return getMetaClass().invokeMethod(this, name, args)
        }
        binding.getVariable('build').call(name, args)
    }

    @Override
    Object getProperty(String name) {
        name in ['binding', 'metaClass'] ? super.getProperty(name) : binding.getVariable('build').global(name)
    }

    @Override
    void setProperty(String name, Object value) {
        if (name in ['binding', 'metaClass']) { super.setProperty(name, value) } else { throw new NotJenkins("${name} is set, and was never declared") }
    }
}
