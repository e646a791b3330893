namespace DistSgd.Hosting.Tests.Runs;

// A file on a disk with room for a given number of bytes. All of FileStream's synchronous writes end in the one overridden here.
internal sealed class FullDisk(string path, long capacity) : FileStream(path, FileMode.Create, FileAccess.Write)
{
    public override void Write(byte[] buffer, int offset, int count)
    {
        int room = (int)Math.Min(count, capacity - Position);
        base.Write(buffer, offset, room);
        if (room < count)
        {
            throw new IOException("No space left on device");
        }
    }
}
