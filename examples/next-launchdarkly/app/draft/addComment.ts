'use server';

export async function addComment(form: FormData): Promise<string> {
  return `Added: ${form.get('text')}`;
}
