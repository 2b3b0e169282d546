import { CommentForm } from '../../components/CommentForm';
import { addComment } from './addComment';

export default function Draft() {
  return (
    <>
      <h1>Draft</h1>
      <CommentForm add={addComment} />
    </>
  );
}
