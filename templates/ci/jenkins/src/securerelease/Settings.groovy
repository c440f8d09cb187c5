package securerelease

import com.cloudbees.groovy.cps.NonCPS

/** What a Jenkinsfile may say: read once, and refused with a sentence where it is wrong. */
class Settings implements Serializable {

    private static final long serialVersionUID = 1L

    // What each word must look like. None of them ever becomes part of a command's text; this is the second fence.
    private static final Map<String, String> FORMS = [
        name: '[A-Za-z0-9][A-Za-z0-9._-]{0,63}',
        version: '[0-9]+(\\.[0-9]+){1,3}([a-z]+[0-9]+)?',
        shards: '[1-9][0-9]?',
        agent: '[A-Za-z0-9][A-Za-z0-9 ._&|!()-]*',
        deployAgent: '[A-Za-z0-9][A-Za-z0-9 ._&|!()-]*',
        environment: '[A-Za-z0-9][A-Za-z0-9._-]{0,63}',
        deploy: 'true|false',
        approvers: '[A-Za-z0-9@._, -]+',
        prepare: '|[A-Za-z0-9_][A-Za-z0-9_./-]*',
    ].asImmutable()
    private static final String VARIABLE = '[A-Z][A-Z0-9_]*'
    private static final String CREDENTIAL = '[A-Za-z0-9][A-Za-z0-9._-]*'

    final String name
    final String version
    final int shards
    final String agent
    final String deployAgent
    final String environment
    final boolean deploy
    final String approvers
    final String prepare
    final HashMap<String, String> credentials

    private Settings(Map<String, String> words, Map<String, String> credentials) {
        this.name = words.name
        this.version = words.version
        this.shards = words.shards.toInteger()
        this.agent = words.agent
        this.deployAgent = words.deployAgent
        this.environment = words.environment
        this.deploy = words.deploy == 'true'
        this.approvers = words.approvers
        this.prepare = words.prepare
        this.credentials = new HashMap<String, String>(credentials)
    }

    /** Refuses a missing word, an unknown one, and one that does not look as it must. */
    @NonCPS
    static Settings of(Map given) {
        Map<String, String> words = [:]
        List<String> against = []
        for (String key : FORMS.keySet()) {
            String word = given[key] == null ? '' : given[key].toString()
            words[key] = word
            if (!given.containsKey(key)) {
                against.add("${key} is missing".toString())
            } else if (!word.matches(FORMS[key])) {
                against.add("${key} must look like ${FORMS[key]}".toString())
            }
        }
        Map<String, String> credentials = [:]
        Map bound = given.credentials instanceof Map ? (Map) given.credentials : [:]
        for (Object variable : bound.keySet()) {
            credentials[variable.toString()] = bound[variable].toString()
            if (!variable.toString().matches(VARIABLE) || !bound[variable].toString().matches(CREDENTIAL)) {
                against.add("credentials must be [${VARIABLE}: '${CREDENTIAL}']".toString())
            }
        }
        for (Object key : given.keySet()) {
            if (!FORMS.containsKey(key.toString()) && key.toString() != 'credentials') {
                against.add('there is a word that is not known; known are ' + FORMS.keySet().join(', ') + ', credentials')
            }
        }
        if (!against.isEmpty()) {
            throw new IllegalArgumentException('secureRelease: ' + against.join('; ') + '.')
        }
        return new Settings(words, credentials)
    }

}
