package securerelease

import com.cloudbees.groovy.cps.NonCPS

/** What the exit codes of secure-release mean, in its own words. */
class Exit implements Serializable {

    private static final long serialVersionUID = 1L

    private static final Map<Integer, String> WORDS = [
        0: 'passed',
        1: 'wrong usage, or a crash of secure-release',
        2: 'the configuration is wrong',
        10: 'refused',
        20: 'incomplete',
        30: 'rolled back',
        31: 'STRANDED: the way back failed, wake someone',
    ].asImmutable()

    /** Any other code is no answer, and no answer is never a yes. */
    @NonCPS
    static String word(int code) {
        return WORDS.containsKey(code) ? WORDS[code] : 'no answer'
    }

}
