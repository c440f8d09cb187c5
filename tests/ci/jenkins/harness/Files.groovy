import java.nio.file.Files as Paths
import java.nio.file.Path
import java.nio.file.StandardCopyOption

/** Files by the patterns of stash and archiveArtifacts: `**` for any depth, `*` within one name. */
class Files {

    // Of Ant's default excludes those that could meet a file of ours
    private static final String EXCLUDED = /(.*\/)?(\.git|\.svn|CVS)(\/.*)?|(.*\/)?(\.gitignore|\.gitattributes|\.DS_Store|.*~|#.*#|%.*%|\._.*)/

    static List<String> matching(File folder, String pattern, boolean excluding = false) {
        String regex = pattern.split(/(?<=\*\*)|(?=\*\*)/).collect { part ->
            part == '**' ? '.*' : part.split(/(?<=\*)|(?=\*)/).collect { it == '*' ? '[^/]*' : java.util.regex.Pattern.quote(it) }.join('')
        }.join('')
        List<String> found = []
        if (folder.isDirectory()) {
            folder.eachFileRecurse { File file ->
                String path = folder.toPath().relativize(file.toPath()).toString()
                if (file.isFile() && path.matches(regex) && !(excluding && path.matches(EXCLUDED))) { found.add(path) }
            }
        }
        found.sort()
    }

    static void copy(File from, List<String> files, File to) {
        files.each { String name ->
            Path target = new File(to, name).toPath()
            Paths.createDirectories(target.parent)
            Paths.copy(new File(from, name).toPath(), target, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING)
        }
    }
}
