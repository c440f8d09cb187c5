/** An object of the harness itself: it stands for something that Jenkins keeps elsewhere when it saves a program. */
interface Ours {
}
