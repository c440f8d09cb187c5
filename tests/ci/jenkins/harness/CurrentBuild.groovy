/** `currentBuild`: its result only gets worse. */
class CurrentBuild implements Ours {

    String description
    String kept

    String getResult() { kept }

    String getCurrentResult() { kept ?: 'SUCCESS' }

    Object propertyMissing(String name) { throw new NotJenkins("currentBuild.${name} is not known here") }
}
